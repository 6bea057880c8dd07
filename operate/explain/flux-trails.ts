import type { KubernetesObject } from '@kubernetes/client-node';
import { fluxNamespace, fluxRoot } from '../../model';
import type { ClusterClient, Condition, FluxObject } from '../cluster-client';
import { readyCondition } from '../cluster-client';
import { isStalled, objectsOf } from '../commit-state';
import { NamespaceReader } from './namespace-state';
import { type Symptom, type Trail } from './symptom';
import { suspension } from './surroundings';
import { workloadsOf, workloadTrail } from './workloads';

const workloadKinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'Pod', 'PersistentVolumeClaim'];

/** Reasons with which an object says that what it has applied is not ready, or not yet. */
const looksDown = /^(HealthCheckFailed|Progressing.*|ReconciliationSucceeded|DriftDetected)$/;

/** A release that failed while it waited for its objects, or gave up after that. */
const waited = /timeout waiting for|context deadline|stalled resources|after \d+ attempt|Helm rollback|Helm uninstall/;

/** Finds what the objects of a cluster's Flux fail of, each from itself down to the root. */
export class FluxTrails {
  readonly namespaces: NamespaceReader;

  constructor(
    private readonly client: ClusterClient,
    private readonly objects: readonly FluxObject[],
  ) {
    this.namespaces = new NamespaceReader(client);
  }

  find(kind: string, name: string, namespace = fluxNamespace): FluxObject | undefined {
    return this.objects.find(
      (object) => object.kind === kind && object.metadata.name === name && object.metadata.namespace === namespace,
    );
  }

  /** Whether Flux has given up on an object of a trail. */
  hasStalled(trail: Trail): boolean {
    return trail.some(({ subject: { kind, name, namespace } }) => {
      const object = this.find(kind, name, namespace);
      return object !== undefined && isStalled(object);
    });
  }

  /** What an object fails of; nothing where it is ready, or on its way with no sign of a failure. */
  async of(object: FluxObject): Promise<Trail[]> {
    const own = ownSymptom(object);
    const below = await this.below(object);
    if (below.length > 0) return below.map((trail) => (own ? [own, ...trail] : trail));
    return own && isFailure(object) ? [[own]] : [];
  }

  private async below(object: FluxObject): Promise<Trail[]> {
    if (object.spec.suspend) return [];
    if (object.kind === 'Kustomization') return this.belowKustomization(object);
    if (object.kind === 'HelmRelease') return this.belowRelease(object);
    return this.source(object);
  }

  private async belowKustomization(object: FluxObject): Promise<Trail[]> {
    const { reason = '', message = '' } = readyCondition(object) ?? {};
    if (reason === 'ArtifactFailed' && /artifact not found/i.test(message)) return this.source(object);
    if (reason !== '' && !looksDown.test(reason)) return [];
    const children = objectsOf(this.objects, object.metadata.name).filter(
      (child) => child !== object && child.kind !== 'HelmChart',
    );
    const trails = await Promise.all([
      ...(object.metadata.namespace === fluxNamespace && object.metadata.name !== fluxRoot ? children : []).map(
        (child) => this.of(child),
      ),
      this.inventory(object),
    ]);
    return trails.flat();
  }

  private async belowRelease(object: FluxObject): Promise<Trail[]> {
    const { reason = '', message = '' } = readyCondition(object) ?? {};
    if (reason === 'SourceNotReady' || /artifact not found/i.test(message)) {
      const [namespace, name] = object.status?.helmChart?.split('/') ?? [];
      const chart = name === undefined ? undefined : this.find('HelmChart', name, namespace);
      return chart ? this.of(chart) : this.source(object);
    }
    if (reason !== '' && !looksDown.test(reason) && !waited.test(message)) return [];
    const { name, namespace } = object.metadata;
    const isOwned = ({ metadata }: KubernetesObject) =>
      metadata?.labels?.['helm.toolkit.fluxcd.io/name'] === name &&
      metadata.labels['helm.toolkit.fluxcd.io/namespace'] === namespace;
    return this.workloads(object.spec.targetNamespace ?? namespace, isOwned);
  }

  /** What the source of an object fails of. */
  private async source({ spec, metadata }: FluxObject): Promise<Trail[]> {
    const { kind, name, namespace = metadata.namespace } = spec.sourceRef ?? spec.chartRef ?? {};
    const source = kind && name ? this.find(kind, name, namespace) : undefined;
    return source ? this.of(source) : [];
  }

  /** What the workloads fail of that a Flux Kustomization has applied. Flux notes them before it waits for them. */
  private async inventory({ status }: FluxObject): Promise<Trail[]> {
    const ids = new Set(status?.inventory?.entries.map(({ id }) => id));
    const namespaces = [...ids].map((id) => id.split('_')).filter((parts) => workloadKinds.includes(parts[3]!));
    const isOwned = (object: KubernetesObject) => ids.has(inventoryId(object));
    const unique = [...new Set(namespaces.map(([namespace]) => namespace!))];
    return (await Promise.all(unique.map((namespace) => this.workloads(namespace, isOwned)))).flat();
  }

  private async workloads(namespace: string, isOwned: (object: KubernetesObject) => boolean): Promise<Trail[]> {
    const state = await this.namespaces.read(namespace);
    const owned = workloadsOf(state, isOwned);
    const trails = await Promise.all(owned.map((workload) => workloadTrail(this.client, state, workload)));
    return rootsOf(trails.filter((trail) => trail !== undefined));
  }
}

/** Without the pods that wait for a volume whose claim tells why there is none. */
function rootsOf(trails: readonly Trail[]): Trail[] {
  const hasClaim = trails.some((trail) => trail.at(-1)?.subject.kind === 'PersistentVolumeClaim');
  return trails.filter((trail) => !(hasClaim && /unbound immediate/.test(trail.at(-1)?.message ?? '')));
}

const groups: Readonly<Record<string, string>> = {
  Deployment: 'apps',
  StatefulSet: 'apps',
  DaemonSet: 'apps',
  Job: 'batch',
};

function inventoryId({ kind = '', metadata }: KubernetesObject): string {
  return [metadata?.namespace, metadata?.name, groups[kind] ?? '', kind].join('_');
}

/** Whether an object waits for others that come before it, and does not fail itself. */
export function waitsForOthers(object: FluxObject): boolean {
  const { reason, message = '' } = readyCondition(object) ?? {};
  return reason === 'DependencyNotReady' && !message.includes('not found');
}

function isFailure(object: FluxObject): boolean {
  return (
    object.spec.suspend === true || isStalled(object) || isDrifted(object) || readyCondition(object)?.status === 'False'
  );
}

/** What an object of Flux's tells of itself, unless it is ready. */
function ownSymptom(object: FluxObject): Symptom | undefined {
  const { kind, metadata } = object;
  const subject = { kind, namespace: metadata.namespace, name: metadata.name };
  if (object.spec.suspend) return suspension(object);
  const condition = failedCondition(object);
  if (!condition || condition.status === 'True') return driftSymptom(object);
  return { subject, reason: condition.reason, message: condition.message ?? '' };
}

/** A release whose objects somebody has changed is ready all the same. */
export function isDrifted({ status }: FluxObject): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Drifted' && value === 'True') ?? false;
}

function driftSymptom({ kind, metadata, status }: FluxObject): Symptom | undefined {
  const drift = status?.conditions?.find(({ type, status: value }) => type === 'Drifted' && value === 'True');
  const subject = { kind, namespace: metadata.namespace, name: metadata.name };
  return drift && { subject, reason: drift.reason, message: drift.message ?? '' };
}

/** `Ready`, whose message names the cause also of what is stalled, where it has one. */
function failedCondition(object: FluxObject): Condition | undefined {
  const ready = readyCondition(object);
  const stalled = object.status?.conditions?.find(({ type, status }) => type === 'Stalled' && status === 'True');
  return ready?.status === 'False' || !stalled ? ready : { ...stalled, status: 'False' };
}
