import { type Problem, throwProblems } from '../model';
import { type ClusterClient, fluxKinds, type FluxObject } from './cluster-client';
import { subjectOf } from './commit-state';

/** Where Flux's user interface writes who has suspended an object. */
const suspendedBy = 'fluxcd.controlplane.io/suspendedBy';

/** @throws FleetError that names each object that somebody has suspended, who did, and how to resume it */
export function refuseSuspended(client: ClusterClient, objects: readonly FluxObject[]): void {
  throwProblems(objects.filter(({ spec }) => spec.suspend).map((object) => problemOf(client, object)));
}

function problemOf({ name: cluster, context }: ClusterClient, object: FluxObject): Problem {
  const { kind, metadata } = object;
  const { group, plural } = fluxKinds[kind];
  const command = `kubectl --context ${context} -n ${metadata.namespace} patch ${plural}.${group} ${metadata.name}`;
  return {
    place: `cluster ${cluster}`,
    problem: `${subjectOf(object)} is suspended${suspender(object)}, so nothing of it is compared with the commit`,
    next: `Resume it when its reason is gone: \`${command} --type merge -p '{"spec":{"suspend":false}}'\``,
  };
}

/** Who has suspended an object: the annotation, or the program that the API server noted. */
function suspender({ metadata: { annotations = {}, managedFields = [] } }: FluxObject): string {
  const fieldsOf = (fields?: object) => (fields as { readonly 'f:spec'?: object } | undefined)?.['f:spec'] ?? {};
  const manager = managedFields.find(({ fieldsV1 }) => 'f:suspend' in fieldsOf(fieldsV1))?.manager;
  const person = annotations[suspendedBy];
  const who = [person, manager && `\`${manager}\``].filter(Boolean).join(', with ');
  return who && ` by ${who}`;
}
