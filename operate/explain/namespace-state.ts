import type {
  CoreV1Event,
  KubernetesListObject,
  KubernetesObject,
  V1DaemonSet,
  V1Deployment,
  V1Job,
  V1PersistentVolumeClaim,
  V1Pod,
  V1ReplicaSet,
  V1StatefulSet,
} from '@kubernetes/client-node';
import type { ClusterClient } from '../cluster-client';

/** What runs in a namespace, and the events there. */
export interface NamespaceState {
  readonly deployments: readonly V1Deployment[];
  readonly replicaSets: readonly V1ReplicaSet[];
  readonly statefulSets: readonly V1StatefulSet[];
  readonly daemonSets: readonly V1DaemonSet[];
  readonly jobs: readonly V1Job[];
  readonly pods: readonly V1Pod[];
  readonly claims: readonly V1PersistentVolumeClaim[];
  readonly events: readonly CoreV1Event[];
}

/** Reads a cluster's namespaces, each once. */
export class NamespaceReader {
  private readonly states = new Map<string, Promise<NamespaceState>>();

  constructor(readonly client: ClusterClient) {}

  read(namespace: string): Promise<NamespaceState> {
    const state = this.states.get(namespace) ?? readNamespace(this.client, namespace);
    this.states.set(namespace, state);
    return state;
  }
}

async function readNamespace({ objects }: ClusterClient, namespace: string): Promise<NamespaceState> {
  const list = async <T extends KubernetesObject>(apiVersion: string, kind: string): Promise<T[]> => {
    const { items }: KubernetesListObject<T> = await objects.list<T>(apiVersion, kind, { namespace });
    // In a list, objects have no kind.
    return items.map((item) => ({ ...item, kind }));
  };
  const [deployments, replicaSets, statefulSets, daemonSets, jobs, pods, claims, events] = await Promise.all([
    list<V1Deployment>('apps/v1', 'Deployment'),
    list<V1ReplicaSet>('apps/v1', 'ReplicaSet'),
    list<V1StatefulSet>('apps/v1', 'StatefulSet'),
    list<V1DaemonSet>('apps/v1', 'DaemonSet'),
    list<V1Job>('batch/v1', 'Job'),
    list<V1Pod>('v1', 'Pod'),
    list<V1PersistentVolumeClaim>('v1', 'PersistentVolumeClaim'),
    list<CoreV1Event>('v1', 'Event'),
  ]);
  return { deployments, replicaSets, statefulSets, daemonSets, jobs, pods, claims, events };
}

/** When an event was last seen, in ms since 1970. */
export function timeOf({ lastTimestamp, eventTime, series, metadata }: CoreV1Event): number {
  const time = series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp;
  return time ? new Date(time).getTime() : 0;
}

/** The last event about an object with one of these reasons. An event of an earlier object of its name does not count. */
export function lastEvent(
  { events }: NamespaceState,
  { metadata }: KubernetesObject,
  ...reasons: readonly string[]
): CoreV1Event | undefined {
  const own = events.filter(
    ({ involvedObject, reason = '' }) => involvedObject.uid === metadata?.uid && reasons.includes(reason),
  );
  return own.sort((a, b) => timeOf(b) - timeOf(a))[0];
}
