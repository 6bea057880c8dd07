import { clusterLabel, fluxNamespace, fluxRoot, tenantLabel } from '../model';
import { type FluxObject, readyCondition, requestedAt } from './cluster-client';

/** The kinds of objects that tell whether a cluster is at a commit. */
export const stateKinds = ['GitRepository', 'HelmChart', 'Kustomization', 'HelmRelease'] as const;

export interface CommitStateProps {
  readonly objects: readonly FluxObject[];
  /** The commits that count, which are the published one and those on top of it, with the apps and tenants of each. */
  readonly commits: ReadonlyMap<string, readonly string[]>;
  /**
   * The objects that were asked to reconcile, by {@link keyOf}: each is ready only when it has done so. An object that was
   * not asked is not ready.
   * @default - objects are ready without that
   */
  readonly asked?: ReadonlySet<string>;
}

/** The state of an app or tenant in a cluster, compared with a commit. */
export interface UnitState {
  /** The app or tenant; Flux's root for what comes before all of them. */
  readonly name: string;
  readonly state: 'ready' | 'waiting' | 'failed' | 'removing';
  /** What is missing, in a short sentence; empty for what is ready. */
  readonly detail: string;
  /** The objects that can be asked to reconcile now. */
  readonly toAsk: readonly FluxObject[];
}

/**
 * The state of each app and tenant in a cluster, compared with a commit. While the root has not applied the commit, it has
 * the only entry: the root still has to change the others.
 */
export function commitState(props: CommitStateProps): UnitState[] {
  const { objects, commits } = props;
  const source = objects.find((object) => object.kind === 'GitRepository' && isInFlux(object, fluxRoot));
  if (!commits.has(commitOf(source?.status?.artifact?.revision))) {
    return [unitState(fluxRoot, `the repository is not fetched yet${failureOf(source)}`, [source])];
  }
  const root = unitStateOf(props, fluxRoot);
  if (root.state !== 'ready') return [root];
  const names = new Set(commits.get(commitOf(fluxKustomization(objects, fluxRoot)?.status?.lastAppliedRevision)));
  const others = objects.filter((object) => isUnit(object) && !names.has(object.metadata.name));
  return [
    ...[...names].map((name) => unitStateOf(props, name)),
    ...others.map(({ metadata }) => removal(metadata.name)),
  ];
}

export function keyOf({ kind, metadata: { namespace, name } }: FluxObject): string {
  return [kind, namespace, name].join('/');
}

export function subjectOf({ kind, metadata: { name } }: FluxObject): string {
  return `${kind === 'Kustomization' ? 'Flux Kustomization' : kind} ${name}`;
}

/** The commit in Flux's name of a revision: `main@sha1:<commit>`. Empty without one. */
export function commitOf(revision = ''): string {
  return revision.split(':')[1] ?? '';
}

/** The Flux objects of an app or tenant, its own Flux Kustomization first. Those of a tenant's folder are the tenant's. */
export function objectsOf(objects: readonly FluxObject[], name: string): FluxObject[] {
  const own = fluxKustomization(objects, name);
  const applied = objects.filter(
    ({ metadata: { labels = {} } }) =>
      labels['kustomize.toolkit.fluxcd.io/name'] === name &&
      labels['kustomize.toolkit.fluxcd.io/namespace'] === fluxNamespace &&
      !(tenantLabel in labels),
  );
  const charts = applied.map((object) => chartOf(objects, object)).filter((chart) => chart !== undefined);
  return [...(own ? [own] : []), ...(name === fluxRoot ? [] : applied), ...charts];
}

function fluxKustomization(objects: readonly FluxObject[], name: string): FluxObject | undefined {
  return objects.find((object) => object.kind === 'Kustomization' && isInFlux(object, name));
}

function chartOf(objects: readonly FluxObject[], { status }: FluxObject): FluxObject | undefined {
  const [namespace, name] = status?.helmChart?.split('/') ?? [];
  return objects.find(
    ({ kind, metadata }) => kind === 'HelmChart' && metadata.namespace === namespace && metadata.name === name,
  );
}

function isInFlux({ metadata }: FluxObject, name: string): boolean {
  return metadata.namespace === fluxNamespace && metadata.name === name;
}

/** Whether an object is the Flux Kustomization of an app or tenant of the fleet. */
export function isUnit({ kind, metadata: { namespace, labels = {} } }: FluxObject): boolean {
  return kind === 'Kustomization' && namespace === fluxNamespace && clusterLabel in labels;
}

function removal(name: string): UnitState {
  return { name, state: 'removing', detail: `Flux Kustomization ${name} is being removed`, toAsk: [] };
}

/** The state of one app, tenant or root, whatever the state of the root is. */
export function unitStateOf(props: CommitStateProps, name: string): UnitState {
  const { objects, commits } = props;
  const [own, ...parts] = objectsOf(objects, name);
  const subject = `Flux Kustomization ${name}`;
  if (own?.kind !== 'Kustomization' || own.metadata.name !== name) return unitState(name, `${subject} is missing`, []);
  const { metadata, status } = own;
  if (metadata.deletionTimestamp) return removal(name);
  const attempted = hasAttempted(own, commits);
  const failed = attempted ? parts.filter(isStalled) : [];
  if (!commits.has(commitOf(status?.lastAppliedRevision))) {
    const applied = attempted && isPastApply(own);
    const missing = applied ? 'has applied the commit, which is not ready yet' : 'has not applied the commit yet';
    return unitState(name, `${subject} ${missing}${failureOf(own)}`, [own, ...failed]);
  }
  const missing = notReady(props, own);
  if (missing) return unitState(name, missing, [own, ...failed]);
  const releases = parts.filter(({ kind }) => kind === 'HelmRelease' || kind === 'Kustomization');
  for (const release of releases) {
    const unread = notRead(props, release);
    if (unread) return unitState(name, unread, [own]);
    const unready = notReady(props, release);
    if (unready) return unitState(name, unready, [release, own, ...releases]);
  }
  return { name, state: 'ready', detail: '', toAsk: [] };
}

/** Whether the last commit that a Flux Kustomization began with is one of these. */
export function hasAttempted({ status }: FluxObject, commits: ReadonlyMap<string, unknown>): boolean {
  return commits.has(commitOf(status?.lastAttemptedRevision ?? status?.lastAppliedRevision));
}

/**
 * Whether a Flux Kustomization has applied the commit that it began with, and only the health check is left. Flux notes a
 * commit as applied after that.
 */
export function isPastApply({ status }: FluxObject): boolean {
  return (status?.conditions ?? []).some(
    ({ type, status, reason, message = '' }) =>
      (type === 'Ready' && (status === 'True' || reason === 'HealthCheckFailed')) ||
      (type === 'Reconciling' && status === 'True' && message.startsWith('Running health checks')),
  );
}

/** Why a HelmRelease does not have the commit's chart; undefined for a chart from elsewhere. */
function notRead({ objects, commits }: CommitStateProps, release: FluxObject): string | undefined {
  const chart = chartOf(objects, release);
  const revision = chart?.status?.observedSourceArtifactRevision;
  if (!chart || !revision?.includes('@sha1:')) return undefined;
  if (!commits.has(commitOf(revision)) || !isReady(chart)) {
    return `the chart of HelmRelease ${release.metadata.name} is not read yet${failureOf(chart)}`;
  }
  if (release.status?.lastAttemptedRevision === chart.status?.artifact?.revision) return undefined;
  return `${subjectOf(release)} has not begun with its new chart yet`;
}

function notReady({ asked }: CommitStateProps, object: FluxObject): string | undefined {
  const subject = subjectOf(object);
  if (!isReady(object)) return `${subject} is not ready${failureOf(object)}`;
  const handled = object.status?.lastHandledReconcileAt === object.metadata.annotations?.[requestedAt];
  if (!asked || (asked.has(keyOf(object)) && handled)) return undefined;
  return `${subject} is being compared with the commit`;
}

/** @param causes the object that is not as it should be, and others that can be asked with it */
function unitState(name: string, detail: string, [cause, ...others]: readonly (FluxObject | undefined)[]): UnitState {
  const state = cause && isFailed(cause) ? 'failed' : 'waiting';
  // Asking a HelmRelease cancels the installation or the upgrade that it is at, which then counts as failed.
  const toAsk = [cause, ...others]
    .filter((object) => object !== undefined)
    .filter((object) => object.kind !== 'HelmRelease' || isReady(object) || isStalled(object));
  return { name, state, detail, toAsk };
}

/** Whether an object has failed so often that Flux does not try it again. */
export function isStalled({ status }: FluxObject): boolean {
  return status?.conditions?.some((condition) => condition.type === 'Stalled' && condition.status === 'True') ?? false;
}

function isReady(object: FluxObject): boolean {
  const { metadata, status } = object;
  return status?.observedGeneration === metadata.generation && readyCondition(object)?.status === 'True';
}

/** What Flux itself is about to try again: a dependency is not ready yet, or there is a newer revision. */
const notFailures: readonly (string | undefined)[] = ['DependencyNotReady', 'HealthCheckCanceled'];

/** Whether an object has failed, and not just waits for another. */
export function isFailed(object: FluxObject): boolean {
  const ready = readyCondition(object);
  return ready?.status === 'False' && !notFailures.includes(ready.reason);
}

/** Flux's own message about a failure. */
function failureOf(object: FluxObject | undefined): string {
  const ready = object && readyCondition(object);
  return ready?.status === 'False' && ready.message ? ` (${ready.reason}: ${shortMessage(ready.message)})` : '';
}

/** The first line of a message, without the values in it that are whole objects, such as the pod template of a Job. */
export function shortMessage(message: string): string {
  const line = message
    .split('\n')[0]!
    .replace(/Invalid value: .{60,}?: (field is immutable|[^:{}[\]]*$)/, 'Invalid value: …: $1');
  return line.length > 300 ? `${line.slice(0, 200)} … ${line.slice(-80)}` : line;
}
