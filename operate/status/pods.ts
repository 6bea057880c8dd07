import type { ClusterClient } from '../cluster-client';
import type { ApiObject } from '../kubernetes/api';
import type { MarkedWorkload } from './workloads';

/** The pods of a workload, by its selector; none of a CronJob, whose Jobs have them. */
export async function podsOf<P extends ApiObject>(
  client: ClusterClient,
  { workload, selector = {} }: MarkedWorkload,
): Promise<P[]> {
  const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
  if (labels.length === 0) return [];
  const query = { labelSelector: labels.join() };
  return (await client.objects.list<P>('v1', 'Pod', { namespace: workload.namespace, query })).items;
}
