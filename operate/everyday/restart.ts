import { FleetError } from '../../model';
import type { ClusterClient } from '../cluster-client';
import { objectsOf } from '../commit-state';
import { isOf } from '../status/cluster-status';
import { type MarkedWorkload, type WorkloadObject, workloadKinds, workloadsIn } from '../status/workloads';
import { waitUntil, type WaitProps } from '../wait';
import { appObjects } from './app-objects';

/** The annotation of pods by which `kubectl rollout restart` replaces them. */
const restartedAt = 'kubectl.kubernetes.io/restartedAt';

/** The kinds whose pods are replaced one after the other. */
export const rolled: readonly string[] = ['Deployment', 'StatefulSet', 'DaemonSet'];

export interface RestartProps extends Pick<WaitProps, 'timeout' | 'report'> {
  readonly client: ClusterClient;
  readonly app: string;
}

/**
 * Replaces the pods of an app one after the other, and waits until the new ones are ready. Flux leaves them: the annotation
 * that does it is none that Git or the chart sets.
 *
 * @returns the workloads, as `Deployment/app-a`
 */
export async function restart({ client, app, timeout, report }: RestartProps): Promise<string[]> {
  const workloads = (await workloadsOf(client, app)).filter(({ workload }) => rolled.includes(workload.kind));
  if (workloads.length === 0) {
    const problem = `${app} has no Deployment, StatefulSet or DaemonSet`;
    const next = 'Run `npm run fleet -- status`, which lists what it has';
    throw new FleetError({ place: `cluster ${client.name}`, problem, next });
  }
  const at = new Date().toISOString();
  const template = { metadata: { annotations: { [restartedAt]: at } } };
  for (const each of workloads) {
    const change = { ...headerOf(each), spec: { template } };
    await client.objects.merge(change);
  }
  await waitUntil({
    place: `cluster ${client.name}: ${app}`,
    timeout,
    report,
    missing: async () => (await Promise.all(workloads.map((each) => unrolled(client, each)))).flat(),
    next: `Run \`npm run fleet -- explain ${app} --cluster ${client.name}\` to see why`,
  });
  return workloads.map(({ workload: { kind, name } }) => `${kind}/${name}`);
}

/** What Flux or Helm has applied for an app. */
export async function workloadsOf(client: ClusterClient, app: string): Promise<MarkedWorkload[]> {
  const [{ all }, workloads] = await Promise.all([appObjects(client, app), workloadsIn(client)]);
  const releases = objectsOf(all, app).filter(({ kind }) => kind === 'HelmRelease');
  return workloads.filter((workload) => isOf(workload, app, releases));
}

function headerOf({ workload: { kind, name, namespace } }: MarkedWorkload) {
  return { apiVersion: workloadKinds[kind].apiVersion, kind, metadata: { name, namespace } };
}

/** What is still to be replaced of a workload, in a sentence; none when all of it runs. */
async function unrolled(client: ClusterClient, each: MarkedWorkload): Promise<string[]> {
  const { metadata, spec, status = {} } = await client.objects.read<WorkloadObject>(headerOf(each));
  const count = (...keys: string[]) => Number(keys.map((key) => status[key]).find((value) => value !== undefined) ?? 0);
  const wanted = each.workload.kind === 'DaemonSet' ? count('desiredNumberScheduled') : (spec.replicas ?? 1);
  const updated = count('updatedReplicas', 'updatedNumberScheduled');
  const available = count('availableReplicas', 'numberAvailable');
  const total = count('replicas', 'currentNumberScheduled');
  const observed = Number(status['observedGeneration'] ?? 0) >= (metadata.generation ?? 0);
  if (observed && updated >= wanted && available >= wanted && total <= wanted) return [];
  const { kind, name } = each.workload;
  return [`${kind}/${name}: ${observed ? Math.min(updated, available) : 0} of ${wanted} new pods are ready`];
}
