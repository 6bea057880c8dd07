import type { KubernetesObject, V1Deployment, V1Pod } from '@kubernetes/client-node';
import type { ClusterClient } from '../cluster-client';
import { lastEvent, type NamespaceState, timeOf } from './namespace-state';
import { podSymptom } from './pods';
import type { Symptom, Trail } from './symptom';

const revision = 'deployment.kubernetes.io/revision';

/** The workloads of a namespace that some object of Flux's has applied. */
export function workloadsOf(state: NamespaceState, isOwned: (object: KubernetesObject) => boolean): KubernetesObject[] {
  const { deployments, statefulSets, daemonSets, jobs, claims } = state;
  const pods = state.pods.filter(({ metadata }) => !metadata?.ownerReferences?.length);
  return [...deployments, ...statefulSets, ...daemonSets, ...jobs, ...pods, ...claims].filter(isOwned);
}

/** Why a workload is not as it should be now, from itself down to a pod; undefined where nothing tells it. */
export async function workloadTrail(
  client: ClusterClient,
  state: NamespaceState,
  workload: KubernetesObject,
): Promise<Trail | undefined> {
  if (workload.kind === 'Pod') return single(await podSymptom(client, state, workload));
  if (workload.kind === 'PersistentVolumeClaim') return single(claimSymptom(state, workload));
  const parent = workload.kind === 'Deployment' ? newestReplicaSet(state, workload) : workload;
  const refused = parent && notCreated(state, parent);
  if (refused) return [refused];
  for (const pod of parent ? podsOf(state, parent) : []) {
    const symptom = await podSymptom(client, state, pod);
    if (symptom) return [symptom];
  }
  return single(conditionSymptom(workload));
}

function single(symptom: Symptom | undefined): Trail | undefined {
  return symptom && [symptom];
}

function subjectOf({ kind, metadata }: KubernetesObject) {
  return { kind: kind!, namespace: metadata!.namespace, name: metadata!.name! };
}

function isChild(parent: KubernetesObject): (object: KubernetesObject) => boolean {
  return ({ metadata }) => metadata?.ownerReferences?.some(({ uid }) => uid === parent.metadata?.uid) ?? false;
}

/** The pods of a workload that are not ready, the one that has waited longest first. */
function podsOf({ pods }: NamespaceState, parent: KubernetesObject): V1Pod[] {
  const own = pods.filter(isChild(parent));
  return own.filter(({ status }) => !status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True'));
}

/** The ReplicaSet of what a Deployment is to run now: older ones may have failed of what is over. */
function newestReplicaSet({ replicaSets }: NamespaceState, deployment: V1Deployment): KubernetesObject | undefined {
  const current = deployment.metadata?.annotations?.[revision];
  const own = replicaSets.filter(isChild(deployment));
  return own.find(({ metadata }) => metadata?.annotations?.[revision] === current);
}

/** Why a workload's pods are not created. */
function notCreated(state: NamespaceState, parent: KubernetesObject): Symptom | undefined {
  const conditions = conditionsOf(parent);
  const failure = conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  if (failure) return { subject: subjectOf(parent), reason: failure.reason, message: failure.message ?? '' };
  // Only a ReplicaSet has that condition.
  if (parent.kind === 'ReplicaSet') return undefined;
  const failed = lastEvent(state, parent, 'FailedCreate');
  const created = lastEvent(state, parent, 'SuccessfulCreate', 'Completed');
  if (!failed || (created && timeOf(created) > timeOf(failed))) return undefined;
  return { subject: subjectOf(parent), reason: failed.reason, message: failed.message ?? '' };
}

interface WorkloadCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

function conditionsOf(object: KubernetesObject): readonly WorkloadCondition[] {
  return (object as { status?: { conditions?: readonly WorkloadCondition[] } }).status?.conditions ?? [];
}

/** A Job that has failed, a Deployment that has not moved for too long. */
function conditionSymptom(workload: KubernetesObject): Symptom | undefined {
  const isFailure = ({ type, status }: WorkloadCondition) =>
    (type === 'Failed' && status === 'True') || (type === 'Progressing' && status === 'False');
  const failure = conditionsOf(workload).find(isFailure);
  return failure && { subject: subjectOf(workload), reason: failure.reason, message: failure.message ?? '' };
}

function claimSymptom(state: NamespaceState, claim: KubernetesObject): Symptom | undefined {
  if ((claim as { status?: { phase?: string } }).status?.phase !== 'Pending') return undefined;
  const event = lastEvent(state, claim, 'ProvisioningFailed', 'FailedBinding');
  return event && { subject: subjectOf(claim), reason: event.reason, message: event.message ?? '' };
}
