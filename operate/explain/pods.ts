import type { CoreV1Event, V1Container, V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { ClusterClient } from '../cluster-client';
import { lastEvent, type NamespaceState } from './namespace-state';
import type { Subject, Symptom } from './symptom';

/** How many of a container's last lines are shown. */
const logLines = 10;

/** What a pod is in that only starts. */
const starting = ['ContainerCreating', 'PodInitializing'];

/** Why a pod is not ready, as far as it can be told; undefined while it starts, and when it is ready or has succeeded. */
export async function podSymptom(
  client: ClusterClient,
  state: NamespaceState,
  pod: V1Pod,
): Promise<Symptom | undefined> {
  const { phase, reason, message = '' } = pod.status ?? {};
  const subject = podSubject(pod);
  if (phase === 'Succeeded' || pod.metadata?.deletionTimestamp) return undefined;
  if (phase === 'Failed' && reason) return { subject, reason, message };
  return notScheduled(pod) ?? (await containerSymptom(client, state, pod)) ?? notMounted(state, pod);
}

function podSubject({ metadata }: V1Pod): Subject {
  return { kind: 'Pod', namespace: metadata!.namespace, name: metadata!.name! };
}

function notScheduled(pod: V1Pod): Symptom | undefined {
  const condition = pod.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (!condition) return undefined;
  return { subject: podSubject(pod), reason: condition.reason, message: condition.message ?? '' };
}

function notMounted(state: NamespaceState, pod: V1Pod): Symptom | undefined {
  if (pod.status?.phase !== 'Pending') return undefined;
  const event = lastEvent(state, pod, 'FailedMount', 'FailedAttachVolume', 'FailedCreatePodSandBox');
  // A node that has just got the pod may not know its ConfigMaps yet.
  if (/failed to sync \w+ cache/.test(event?.message ?? '')) return undefined;
  return event && { subject: podSubject(pod), reason: event.reason, message: event.message ?? '' };
}

async function containerSymptom(
  client: ClusterClient,
  state: NamespaceState,
  pod: V1Pod,
): Promise<Symptom | undefined> {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  for (const status of [...initContainerStatuses, ...containerStatuses]) {
    const symptom =
      waiting(state, pod, status) ?? ended(pod, status) ?? (status.ready ? undefined : unhealthy(state, pod, status));
    if (!symptom) continue;
    const { exitCode } = symptom.details ?? {};
    return exitCode ? { ...symptom, log: await lastLines(client, pod, status) } : symptom;
  }
  return undefined;
}

/** A container that waits for more than its start. */
function waiting(state: NamespaceState, pod: V1Pod, status: V1ContainerStatus): Symptom | undefined {
  const { reason = '', message = '' } = status.state?.waiting ?? {};
  const last = status.lastState?.terminated;
  if (!reason || (starting.includes(reason) && !last)) return undefined;
  const subject = podSubject(pod);
  const details = detailsOf(pod, status);
  if (last && (reason === 'CrashLoopBackOff' || starting.includes(reason))) {
    return (
      restarted(state, pod, status) ?? {
        subject,
        reason: reasonOf(last),
        message: last.message ?? message,
        details: { ...details, ...endOf(last) },
      }
    );
  }
  if (!/^(ErrImagePull|ImagePullBackOff)$/.test(reason) || /: /.test(message)) {
    return { subject, reason, message, details };
  }
  // Kubernetes tells the cause in an event only.
  const event = lastEvent(state, pod, 'Failed');
  return { subject, reason, message: event?.message ?? message, details };
}

/** A container that Kubernetes has ended because a probe failed: the probe is the cause. */
function restarted(state: NamespaceState, pod: V1Pod, status: V1ContainerStatus): Symptom | undefined {
  const { exitCode, reason } = status.lastState!.terminated!;
  const event = lastEvent(state, pod, 'Unhealthy');
  const isKilled = (exitCode === 137 || exitCode === 143) && reason !== 'OOMKilled';
  return isKilled && /^(Liveness|Startup)/.test(event?.message ?? '') ? probeSymptom(pod, status, event!) : undefined;
}

function reasonOf({ reason }: { readonly reason?: string }): string {
  return reason === 'OOMKilled' || reason === 'StartError' ? reason : 'CrashLoopBackOff';
}

/** A container that has ended by itself and is not, or not yet, started again. */
function ended(pod: V1Pod, status: V1ContainerStatus): Symptom | undefined {
  const { terminated } = status.state ?? {};
  if (!terminated || (terminated.exitCode === 0 && terminated.reason === 'Completed')) return undefined;
  const message = terminated.message ?? '';
  const details = { ...detailsOf(pod, status), ...endOf(terminated) };
  const reason = reasonOf(terminated) === 'CrashLoopBackOff' ? 'Terminated' : reasonOf(terminated);
  return { subject: podSubject(pod), reason, message, details };
}

/** A container that runs and fails its probe: more than once, as it may only be starting. */
function unhealthy(state: NamespaceState, pod: V1Pod, status: V1ContainerStatus): Symptom | undefined {
  if (!status.state?.running) return undefined;
  const event = lastEvent(state, pod, 'Unhealthy', 'ProbeWarning');
  if (!event || (event.count ?? event.series?.count ?? 1) < 2) return undefined;
  return probeSymptom(pod, status, event);
}

function probeSymptom(pod: V1Pod, status: V1ContainerStatus, { message }: CoreV1Event): Symptom {
  const details = { ...detailsOf(pod, status), ...probeOf(containerOf(pod, status), message) };
  return { subject: podSubject(pod), reason: 'Unhealthy', message: message ?? '', details };
}

function containerOf({ spec }: V1Pod, { name }: V1ContainerStatus): V1Container | undefined {
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].find((container) => container.name === name);
}

function detailsOf(pod: V1Pod, status: V1ContainerStatus): Record<string, string> {
  const container = containerOf(pod, status);
  return {
    container: status.name,
    image: container?.image ?? status.image,
    memory: container?.resources?.limits?.['memory'] ?? '',
  };
}

function endOf(end: { readonly exitCode: number; readonly reason?: string }): Record<string, string> {
  return { exitCode: String(end.exitCode), end: end.reason ?? '' };
}

/** Where a probe asks. */
function probeOf(container: V1Container | undefined, message = ''): Record<string, string> {
  const probe = /^Liveness/.test(message)
    ? container?.livenessProbe
    : /^Startup/.test(message)
      ? container?.startupProbe
      : container?.readinessProbe;
  const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? probe?.grpc?.port ?? '';
  return { path: probe?.httpGet?.path ?? '', port: String(port) };
}

async function lastLines(client: ClusterClient, { metadata }: V1Pod, status: V1ContainerStatus): Promise<string[]> {
  const name = { namespace: metadata!.namespace!, name: metadata!.name! };
  const previous = status.state?.terminated === undefined;
  try {
    const text = await client.podLog(name, { container: status.name, previous, tailLines: logLines });
    return text.split('\n').filter(Boolean);
  } catch {
    return [];
  }
}
