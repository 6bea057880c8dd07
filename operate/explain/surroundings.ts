import type { V1Deployment } from '@kubernetes/client-node';
import { fluxNamespace, fluxRoot } from '../../model';
import type { ClusterClient, Condition, FluxObject } from '../cluster-client';
import { isUnit } from '../commit-state';
import { suspensionOf } from '../suspended';
import type { NamespaceReader } from './namespace-state';
import type { Symptom, Trail } from './symptom';
import { workloadTrail } from './workloads';

/** Who has suspended an object, and why, as far as it is noted. */
export function suspension(object: FluxObject): Symptom {
  const { by, manager, reason } = suspensionOf(object) ?? {};
  const who = by ?? manager;
  const message = [who && `by ${who}`, reason].filter(Boolean).join(': ');
  return { subject: subjectOf(object.kind, object.metadata), reason: 'Suspended', message };
}

function subjectOf(kind: string, { namespace, name }: { readonly namespace?: string; readonly name?: string }) {
  return { kind, namespace, name: name! };
}

/** The controllers of Flux that are not ready: they explain everything else, and so are told first. */
export async function controllerTrails(client: ClusterClient, namespaces: NamespaceReader): Promise<Trail[]> {
  const { items } = await client.objects.list<V1Deployment>('apps/v1', 'Deployment', { namespace: fluxNamespace });
  const controllers = items.filter(({ metadata }) => /-controller$/.test(metadata?.name ?? ''));
  const down = controllers.filter(({ status, spec }) => (status?.readyReplicas ?? 0) < (spec?.replicas ?? 1));
  if (down.length === 0) return [];
  const state = await namespaces.read(fluxNamespace);
  const trails = down.map(async (deployment): Promise<Trail> => [
    controllerDown(deployment),
    ...((await workloadTrail(client, state, { ...deployment, kind: 'Deployment' })) ?? []),
  ]);
  return Promise.all(trails);
}

function controllerDown({ metadata, status }: V1Deployment): Symptom {
  const message = `${status?.readyReplicas ?? 0} of ${status?.replicas ?? 0} pods are ready`;
  return { subject: subjectOf('Deployment', metadata!), reason: 'ControllerNotReady', message };
}

interface NotificationObject {
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly spec?: { readonly suspend?: boolean };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** The Receivers that are not ready, so that pushes are not noticed at once. */
export async function receiverTrails(client: ClusterClient): Promise<Trail[]> {
  const { items } = await client.objects.list('notification.toolkit.fluxcd.io/v1', 'Receiver', {
    namespace: fluxNamespace,
  });
  return (items as readonly NotificationObject[]).flatMap(({ metadata, status }) => {
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    if (ready?.status !== 'False') return [];
    return [[{ subject: subjectOf('Receiver', metadata!), reason: ready.reason, message: ready.message ?? '' }]];
  });
}

/** The objects that two Flux Kustomizations apply, by the one that has them second. Flux itself does not tell of them. */
export function sharedObjects(objects: readonly FluxObject[]): ReadonlyMap<string, Symptom> {
  const owners = new Map<string, string>();
  const found = new Map<string, Symptom>();
  const appliers = objects.filter((object) => isUnit(object) || object.metadata.name === fluxRoot);
  for (const { kind, metadata, status } of appliers) {
    for (const { id } of kind === 'Kustomization' ? (status?.inventory?.entries ?? []) : []) {
      const other = owners.get(id);
      if (other === undefined) owners.set(id, metadata.name);
      else found.set(metadata.name, shared(metadata, other, id));
    }
  }
  return found;
}

function shared(metadata: FluxObject['metadata'], other: string, id: string): Symptom {
  const [namespace, name, , kind] = id.split('_');
  const object = [kind, namespace, name].filter(Boolean).join('/');
  const message = `${object} is in the inventory of ${other} and of ${metadata.name}`;
  return { subject: subjectOf('Kustomization', metadata), reason: 'TwoOwners', message };
}
