import type { ClusterApi } from './cluster-api';
import { condition, type KubernetesObject, type List, type Status } from './object';
import { isProps, type Props } from '../rpc/values';

type RolloutCheck = (object: KubernetesObject) => string[];

/** Workloads are ready when every pod of their latest version is. */
export const rollouts: Readonly<Record<string, RolloutCheck>> = {
  'apps/v1/Deployment': observed((deployment) => {
    const wanted = number(deployment.spec, 'replicas', 1);
    const [updated, available] = counts(deployment.status, 'updatedReplicas', 'availableReplicas');
    const old = number(deployment.status, 'replicas', 0) - updated;
    const late = condition(deployment, 'Progressing');
    const stuck = late?.reason === 'ProgressDeadlineExceeded' ? [late.message ?? 'its progress deadline is over'] : [];
    return [
      ...short('updated', updated, wanted),
      ...short('available', available, wanted),
      ...(old > 0 ? [`${old} pods of the version before it are still there`] : []),
      ...stuck,
    ];
  }),
  'apps/v1/StatefulSet': observed((set) => {
    const wanted = number(set.spec, 'replicas', 1);
    const [updated, ready] = counts(set.status, 'updatedReplicas', 'readyReplicas');
    const partitioned = partition(set.spec) > 0;
    return [...(partitioned ? [] : short('updated', updated, wanted)), ...short('ready', ready, wanted)];
  }),
  'apps/v1/DaemonSet': observed((set) => {
    const [wanted, updated, available] = [
      number(set.status, 'desiredNumberScheduled', 0),
      ...counts(set.status, 'updatedNumberScheduled', 'numberAvailable'),
    ] as const;
    return [...short('updated', updated, wanted), ...short('available', available, wanted)];
  }),
};

/** Why the pods of a workload are not ready, one line a pod. */
export async function unreadyPods(workload: KubernetesObject, api: ClusterApi): Promise<string[]> {
  const labels = isProps(workload.spec?.selector) ? workload.spec.selector.matchLabels : undefined;
  if (!isProps(labels)) return [];
  const labelSelector = Object.entries(labels)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(',');
  const path = `/api/v1/namespaces/${workload.metadata.namespace}/pods`;
  const { items } = await api.request<List<Pod>>('GET', path, { query: { labelSelector } });
  return items.filter((pod) => condition(pod, 'Ready')?.status !== 'True').map(podTrouble);
}

interface Pod extends KubernetesObject {
  readonly status?: Status & { readonly containerStatuses?: readonly ContainerStatus[] };
}

interface ContainerStatus {
  readonly name: string;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: { readonly reason?: string; readonly exitCode?: number };
  };
}

function podTrouble(pod: Pod): string {
  const unscheduled = condition(pod, 'PodScheduled');
  const containers = (pod.status?.containerStatuses ?? []).flatMap(({ name, state }) => {
    const { waiting, terminated } = state ?? {};
    if (waiting) return [`${name}: ${waiting.reason ?? 'waiting'} ${waiting.message ?? ''}`.trim()];
    return terminated ? [`${name}: ${terminated.reason ?? 'ended'}, exit code ${terminated.exitCode}`] : [];
  });
  const why = unscheduled?.status === 'False' ? [unscheduled.message ?? 'not scheduled'] : containers;
  return `pod ${pod.metadata.name}: ${why.join('; ') || condition(pod, 'Ready')?.message || 'not ready'}`;
}

/** Until the controller has seen the latest version, its status speaks of an older one. */
function observed(check: RolloutCheck): RolloutCheck {
  return (object) => {
    const seen = object.status?.observedGeneration ?? 0;
    if (seen < (object.metadata.generation ?? 0)) return ['its controller has not seen this version yet'];
    return check(object);
  };
}

function short(what: string, have: number, wanted: number): string[] {
  return have < wanted ? [`${have} of ${wanted} pods are ${what}`] : [];
}

function counts(status: Status | undefined, first: string, second: string): [number, number] {
  return [number(status, first, 0), number(status, second, 0)];
}

function number(from: Props | Status | undefined, field: string, otherwise: number): number {
  const value = from?.[field];
  return typeof value === 'number' ? value : otherwise;
}

function partition(spec: Props | undefined): number {
  const strategy = spec?.updateStrategy;
  const rolling = isProps(strategy) ? strategy.rollingUpdate : undefined;
  return isProps(rolling) ? number(rolling, 'partition', 0) : 0;
}
