import { fluxNamespace, fluxRoot } from '../../model';
import type { ClusterClient, FluxObject } from '../cluster-client';
import {
  commitOf,
  commitState,
  isFailed,
  isUnit,
  objectsOf,
  stateKinds,
  type UnitState,
  unitStateOf,
} from '../commit-state';
import { type Suspension, suspensionOf } from '../suspended';
import { type MarkedWorkload, type Workload, workloadsIn } from './workloads';

/** What there is to know about an app, a tenant or Flux's root in a cluster. */
export interface UnitStatus {
  readonly name: string;
  /** Compared with the commit that the cluster's Flux has fetched last. */
  readonly state: UnitState['state'];
  /** What is missing, in a short sentence; empty for what is ready. */
  readonly detail: string;
  /** The commit that the cluster has last applied for it; empty for none. */
  readonly commit: string;
  /** The apps and tenants that come before it and are not ready. */
  readonly waitsFor: readonly string[];
  readonly suspended?: Suspension;
  readonly workloads: readonly Workload[];
  readonly charts: readonly ChartStatus[];
}

/** A Helm release of an app. */
export interface ChartStatus {
  readonly name: string;
  readonly namespace: string;
  /** The version of the chart that Flux began with last; empty for none. */
  readonly version: string;
  readonly ready: boolean;
  /** What was changed by hand, as Helm's drift detection has found it. */
  readonly drift?: string;
}

/** A cluster that answers. */
export interface ClusterStatus {
  /** The commit that its Flux has fetched last; empty for none. */
  readonly fetched: string;
  /** Flux's root, which applies the others. */
  readonly root: UnitStatus;
  readonly units: readonly UnitStatus[];
}

/** Reads how a cluster's apps and tenants are. Nothing is asked of Flux. */
export async function clusterStatus(client: ClusterClient): Promise<ClusterStatus> {
  const [objects, workloads] = await Promise.all([client.list(...stateKinds), workloadsIn(client)]);
  return statusOf(objects, workloads);
}

/** The same, of objects that were read. */
export function statusOf(read: readonly FluxObject[], workloads: readonly MarkedWorkload[]): ClusterStatus {
  const objects = read.map((object) =>
    isCompared(object) && allReady(read, object, workloads) ? ready(object) : object,
  );
  const source = objects.find((object) => object.kind === 'GitRepository' && object.metadata.name === fluxRoot);
  const fetched = commitOf(source?.status?.artifact?.revision);
  const names = objects.filter(isUnit).map(({ metadata }) => metadata.name);
  const commits = new Map(fetched ? [[fetched, names]] : []);
  const states = new Map([fluxRoot, ...names].map((name) => [name, unitStateOf({ objects, commits }, name)]));
  // What is wrong with the source holds back every new commit, while each app still is as at the last one.
  const unread = source && !isFailed(source) && fetched ? undefined : commitState({ objects, commits: new Map() })[0];
  if (unread) states.set(fluxRoot, unread);
  const unit = (name: string) => unitStatus(states, { name, objects, workloads });
  const root = unit(fluxRoot);
  const suspended = root.suspended ?? (source && suspensionOf(source));
  return { fetched, root: { ...root, ...(suspended && { suspended }) }, units: names.sort().map(unit) };
}

/**
 * Whether Flux compares an object once more with the commit that it has applied: every minute it is not ready for a moment,
 * and whoever depends on it waits.
 */
function isCompared({ kind, metadata, status = {} }: FluxObject): boolean {
  const {
    conditions = [],
    lastAppliedRevision,
    lastAttemptedRevision = lastAppliedRevision,
    observedGeneration,
  } = status;
  const condition = conditions.find(({ type }) => type === 'Ready');
  return (
    kind === 'Kustomization' &&
    lastAppliedRevision === lastAttemptedRevision &&
    observedGeneration === metadata.generation &&
    (condition?.status === 'Unknown' || condition?.reason === 'DependencyNotReady')
  );
}

function allReady(
  objects: readonly FluxObject[],
  { metadata: { name } }: FluxObject,
  workloads: readonly MarkedWorkload[],
): boolean {
  const releases = objectsOf(objects, name).filter(({ kind }) => kind === 'HelmRelease');
  return workloads
    .filter((each) => isOf(each, name, releases))
    .every(({ workload: { ready, wanted } }) => ready >= wanted);
}

function ready(object: FluxObject): FluxObject {
  return { ...object, status: { ...object.status, conditions: [{ type: 'Ready', status: 'True' }] } };
}

interface Found {
  readonly name: string;
  readonly objects: readonly FluxObject[];
  readonly workloads: readonly MarkedWorkload[];
}

function unitStatus(states: ReadonlyMap<string, UnitState>, { name, objects, workloads }: Found): UnitStatus {
  const { state, detail } = states.get(name)!;
  const parts = objectsOf(objects, name);
  const own = parts.find(({ kind, metadata }) => kind === 'Kustomization' && metadata.name === name);
  const releases = parts.filter(({ kind }) => kind === 'HelmRelease');
  const suspended = parts.map(suspensionOf).find((suspension) => suspension !== undefined);
  const earlier = (own?.spec.dependsOn ?? []).map((dependency) => dependency.name);
  return {
    name,
    state,
    detail,
    commit: commitOf(own?.status?.lastAppliedRevision),
    waitsFor: state === 'ready' ? [] : earlier.filter((each) => states.get(each)?.state !== 'ready'),
    ...(suspended && { suspended }),
    workloads: workloads.filter((each) => isOf(each, name, releases)).map(({ workload }) => workload),
    charts: releases.map(chartStatus),
  };
}

/** Whether Flux has applied a workload for an app or tenant, or for one of its Helm releases. */
export function isOf({ labels }: MarkedWorkload, name: string, releases: readonly FluxObject[]): boolean {
  const owner = (controller: string) =>
    [labels[`${controller}.toolkit.fluxcd.io/namespace`], labels[`${controller}.toolkit.fluxcd.io/name`]].join('/');
  const release = owner('helm');
  return (
    owner('kustomize') === `${fluxNamespace}/${name}` ||
    releases.some(({ metadata }) => release === `${metadata.namespace}/${metadata.name}`)
  );
}

function chartStatus({ metadata, status }: FluxObject): ChartStatus {
  const condition = (type: string) => status?.conditions?.find((each) => each.type === type);
  const drifted = condition('Drifted');
  return {
    name: metadata.name,
    namespace: metadata.namespace,
    version: status?.lastAttemptedRevision ?? '',
    ready: condition('Ready')?.status === 'True',
    ...(drifted?.status === 'True' && { drift: drifted.message ?? '' }),
  };
}
