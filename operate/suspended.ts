import { type Problem, suspendReasonAnnotation, throwProblems } from '../model';
import { type ClusterClient, fluxKinds, type FluxObject } from './cluster-client';
import { subjectOf } from './commit-state';

/** Where Flux's user interface writes who has suspended an object. */
export const suspendedBy = 'fluxcd.controlplane.io/suspendedBy';

/** Who has suspended an object, and why. */
export interface Suspension {
  /** The object: `Flux Kustomization app-a`. */
  readonly subject: string;
  /** The person whom an annotation names. */
  readonly by?: string;
  /** The program that the API server noted. */
  readonly manager?: string;
  readonly reason?: string;
}

/** @throws FleetError that names each object that somebody has suspended, who did and why, and how to resume it */
export function refuseSuspended(client: ClusterClient, objects: readonly FluxObject[]): void {
  throwProblems(objects.flatMap((object) => problemsOf(client, object)));
}

function problemsOf({ name: cluster, context }: ClusterClient, object: FluxObject): Problem[] {
  const suspension = suspensionOf(object);
  if (!suspension) return [];
  const { kind, metadata } = object;
  const { group, plural } = fluxKinds[kind];
  const command = `kubectl --context ${context} -n ${metadata.namespace} patch ${plural}.${group} ${metadata.name}`;
  return [
    {
      place: `cluster ${cluster}`,
      problem: `${describeSuspension(suspension)}, so nothing of it is compared with the commit`,
      next: `Resume it when its reason is gone: \`${command} --type merge -p '{"spec":{"suspend":false}}'\``,
    },
  ];
}

/** `Flux Kustomization app-a is suspended by ada@example.org, with `flux`: the database moves`. */
export function describeSuspension({ subject, by, manager, reason }: Suspension): string {
  const who = [by, manager && `\`${manager}\``].filter(Boolean).join(', with ');
  return `${subject} is suspended${who && ` by ${who}`}${reason ? ` (${reason})` : ''}`;
}

/** Who has suspended an object, and why; undefined for one that is not. */
export function suspensionOf(object: FluxObject): Suspension | undefined {
  if (!object.spec.suspend) return undefined;
  const { annotations = {}, managedFields = [] } = object.metadata;
  const fieldsOf = (fields?: object) => (fields as { readonly 'f:spec'?: object } | undefined)?.['f:spec'] ?? {};
  const manager = managedFields.find(({ fieldsV1 }) => 'f:suspend' in fieldsOf(fieldsV1))?.manager;
  const [by, reason] = [annotations[suspendedBy], annotations[suspendReasonAnnotation]];
  return { subject: subjectOf(object), ...(by && { by }), ...(manager && { manager }), ...(reason && { reason }) };
}
