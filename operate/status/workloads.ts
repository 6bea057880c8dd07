import type { ClusterClient } from '../cluster-client';

/** What runs pods, and what of it is ready. */
export interface Workload {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  /** Pods that are ready; of a Job those that have succeeded, of a CronJob those that run now. */
  readonly ready: number;
  readonly wanted: number;
  /** Of each container, in its order. */
  readonly images: readonly string[];
}

/** An object that runs pods, as far as it is read here: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources */
export interface WorkloadObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly generation?: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly object[];
  };
  readonly spec: PodOwnerSpec & { readonly jobTemplate?: { readonly spec: PodOwnerSpec } };
  readonly status?: Readonly<Record<string, unknown>>;
}

/** A container of a pod, as far as it is read here. */
export interface Container {
  readonly name: string;
  readonly image?: string;
}

interface PodOwnerSpec {
  readonly replicas?: number;
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly completions?: number;
  readonly parallelism?: number;
  readonly template?: {
    readonly spec?: { readonly containers?: readonly Container[]; readonly initContainers?: readonly Container[] };
  };
}

type Counts = (object: WorkloadObject) => readonly [ready: unknown, wanted: unknown];

const replicas: Counts = ({ spec, status }) => [status?.['readyReplicas'], spec.replicas ?? 1];
const running: Counts = ({ status }) => {
  const { length } = (status?.['active'] as readonly object[] | undefined) ?? [];
  return [length, length];
};

/** The kinds of workloads, with their API and how their pods are counted. */
export const workloadKinds = {
  Deployment: { apiVersion: 'apps/v1', counts: replicas },
  StatefulSet: { apiVersion: 'apps/v1', counts: replicas },
  DaemonSet: {
    apiVersion: 'apps/v1',
    counts: ({ status }) => [status?.['numberReady'], status?.['desiredNumberScheduled']],
  },
  Job: {
    apiVersion: 'batch/v1',
    counts: ({ spec, status }) => [status?.['succeeded'], spec.completions ?? spec.parallelism ?? 1],
  },
  CronJob: { apiVersion: 'batch/v1', counts: running },
} as const satisfies Readonly<Record<string, { apiVersion: string; counts: Counts }>>;
export type WorkloadKind = keyof typeof workloadKinds;

/** A workload with the labels by which Flux marks what it has applied. */
export interface MarkedWorkload {
  readonly workload: Workload;
  readonly labels: Readonly<Record<string, string>>;
  /** The labels of its pods; none of a CronJob, whose Jobs have them. */
  readonly selector?: Readonly<Record<string, string>>;
  /** Every container, those that run first too. */
  readonly containers?: readonly Container[];
}

/** Every workload of a cluster that no other object made. */
export async function workloadsIn(client: Pick<ClusterClient, 'objects'>): Promise<MarkedWorkload[]> {
  const lists = Object.entries(workloadKinds).map(async ([kind, { apiVersion, counts }]) => {
    const { items } = await client.objects.list(apiVersion, kind);
    const own = (items as unknown as WorkloadObject[]).filter(({ metadata }) => !metadata.ownerReferences?.length);
    return own.map((object) => workload(kind as WorkloadKind, object, counts));
  });
  return (await Promise.all(lists)).flat();
}

function workload(kind: WorkloadKind, object: WorkloadObject, counts: Counts): MarkedWorkload {
  const { name, namespace, labels = {} } = object.metadata;
  const [ready, wanted] = counts(object).map((count) => Number(count ?? 0)) as [number, number];
  const { template } = object.spec.jobTemplate?.spec ?? object.spec;
  const { containers = [], initContainers = [] } = template?.spec ?? {};
  const images = containers.map(({ image = '' }) => image);
  return {
    workload: { kind, namespace, name, ready, wanted, images },
    labels,
    selector: object.spec.selector?.matchLabels,
    containers: [...containers, ...initContainers],
  };
}
