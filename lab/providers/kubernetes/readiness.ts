import { isProps, type Props } from '../rpc/values';
import type { ClusterApi } from './cluster-api';
import { condition, type KubernetesObject, type List } from './object';
import { rollouts } from './rollout';
import { waitedFor } from './wait-for';

/** What is still missing for an object to be ready: nothing when it is. */
export type Missing = string[];

/** An object that will not become ready by waiting. */
export class Hopeless extends Error {}

type Check = (object: KubernetesObject, api: ClusterApi) => Missing | Promise<Missing>;

const checks: Readonly<Record<string, Check>> = {
  ...rollouts,
  'v1/Pod': podMissing,
  'v1/Service': serviceMissing,
  'v1/Namespace': ({ status }) => (status?.phase === 'Active' ? [] : [`its phase is ${status?.phase ?? 'unknown'}`]),
  'v1/PersistentVolumeClaim': claimMissing,
  'batch/v1/Job': jobMissing,
  'apiextensions.k8s.io/v1/CustomResourceDefinition': definitionMissing,
};

/** The check for an object: the conditions that it asks for, else its kind's; undefined when it is ready once it exists. */
export function readinessOf(object: KubernetesObject): Check | undefined {
  return waitedFor(object) ?? checks[`${object.apiVersion}/${object.kind}`];
}

function podMissing(pod: KubernetesObject): Missing {
  const phase = pod.status?.phase;
  if (phase === 'Failed') throw new Hopeless('the pod failed');
  if (phase === 'Succeeded' || condition(pod, 'Ready')?.status === 'True') return [];
  return [`its phase is ${phase ?? 'unknown'}: ${condition(pod, 'Ready')?.message ?? 'not ready'}`];
}

/** A service is ready when something stands behind it. */
async function serviceMissing(service: KubernetesObject, api: ClusterApi): Promise<Missing> {
  const { type, clusterIP, selector } = service.spec ?? {};
  if (type === 'ExternalName') return [];
  const balancer = service.status?.loadBalancer;
  if (type === 'LoadBalancer' && !(isProps(balancer) && Array.isArray(balancer.ingress))) {
    return ['it has no load balancer yet'];
  }
  if (clusterIP === 'None' || !isProps(selector) || Object.keys(selector).length === 0) return [];
  const { name, namespace } = service.metadata;
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  const query = { labelSelector: `kubernetes.io/service-name=${name}` };
  const { items } = await api.request<List<{ endpoints?: readonly Endpoint[] | null }>>('GET', path, { query });
  const endpoints = items.flatMap((slice) => slice.endpoints ?? []);
  return endpoints.some(({ conditions }) => conditions?.ready !== false) ? [] : ['no pod behind it is ready'];
}

interface Endpoint {
  readonly conditions?: { readonly ready?: boolean };
}

async function claimMissing(claim: KubernetesObject, api: ClusterApi): Promise<Missing> {
  const phase = claim.status?.phase;
  if (phase === 'Bound') return [];
  const name = claim.spec?.storageClassName;
  const type = typeof name === 'string' && (await api.find<Props>(`/apis/storage.k8s.io/v1/storageclasses/${name}`));
  // Such a claim is bound when a pod first uses it, which may be long after.
  if (type && type.volumeBindingMode === 'WaitForFirstConsumer') return [];
  return [`its phase is ${phase ?? 'unknown'}`];
}

function jobMissing(job: KubernetesObject): Missing {
  const failed = condition(job, 'Failed');
  if (failed?.status === 'True') throw new Hopeless(`the job failed: ${failed.message ?? failed.reason}`);
  return condition(job, 'Complete')?.status === 'True' ? [] : ['it has not completed'];
}

function definitionMissing(definition: KubernetesObject): Missing {
  const names = condition(definition, 'NamesAccepted');
  if (names?.status === 'False') throw new Hopeless(`its names are not accepted: ${names.message}`);
  return condition(definition, 'Established')?.status === 'True' ? [] : ['it is not established'];
}
