import { setTimeout as sleep } from 'node:timers/promises';
import { fluxNamespace, fluxRoot } from '../model';
import { type ClusterClient, type ClusterEvent, fluxKinds, type FluxKind, type FluxObject } from './cluster-client';
import {
  commitOf,
  commitState,
  isFailed,
  isStalled,
  keyOf,
  objectsOf,
  stateKinds,
  type UnitState,
} from './commit-state';
import { corrections } from './corrections';
import { stuckObjects } from './stuck-objects';
import { refuseSuspended } from './suspended';
import { waitUntil } from './wait';

/** The apps and tenants of a cluster at a commit; undefined where that is not the published commit or on top of it. */
export type UnitsAt = (cluster: string, commit: string) => Promise<readonly string[] | undefined>;

export interface AppliedProps {
  readonly client: ClusterClient;
  /** Which commits the cluster may have applied, and what each has in it. */
  readonly unitsAt: UnitsAt;
  /** How long to wait at most, in ms. */
  readonly timeout: number;
  readonly report?: (missing: readonly string[]) => void;
  /** Takes secrets out of what is missing, which has messages of Flux's. @default - nothing is taken out */
  readonly redact?: (missing: readonly string[]) => Promise<readonly string[]>;
}

/**
 * Asks a cluster's Flux to fetch the repository now and to compare everything with it, and waits until it has applied the
 * published commit or one on top of it, has corrected what differed, everything is ready, and what the commit removes is
 * gone.
 *
 * @returns what Flux has corrected, as `Deployment/app-a/app-a configured`
 * @throws FleetError that names what is missing when the time is up, or what somebody has suspended.
 */
export async function applied({ client, unitsAt, timeout, report, redact }: AppliedProps): Promise<string[]> {
  const comparison = new Comparison(client, unitsAt);
  const look = `\`kubectl --context ${client.context} -n ${fluxNamespace} get gitrepositories,kustomizations.kustomize.toolkit.fluxcd.io,helmreleases\``;
  await waitUntil({
    place: `cluster ${client.name}`,
    timeout,
    report,
    missing: async (last) => {
      const missing = await comparison.missing(last);
      return redact ? redact(missing) : missing;
    },
    next: (missing) =>
      missing.some((each) => each.includes('field is immutable'))
        ? 'Set `force: true` of the app in `fleet.ts`, so that Flux deletes such an object and creates it again'
        : `Look at ${look}`,
  });
  return comparison.corrections();
}

/** What a cluster lacks to be as in a commit, in short sentences; none when it is. Nothing is asked of Flux. */
export async function stillMissing(client: ClusterClient, unitsAt: UnitsAt): Promise<string[]> {
  const objects = await client.list(...stateKinds);
  const commits = await commitsOf(objects, (commit) => unitsAt(client.name, commit));
  return commitState({ objects, commits }).flatMap(({ state, detail }) => (state === 'ready' ? [] : detail));
}

/** How long Flux has for what failed, until it is asked again, in ms. */
const patience = 5000;

class Comparison {
  /** When each object was asked to reconcile. */
  private readonly asked = new Map<string, number>();
  /** The apps and tenants that have been ready. */
  private readonly done = new Set<string>();
  private start: { events: readonly ClusterEvent[]; settled: ReadonlySet<string> } | undefined;

  constructor(
    private readonly client: ClusterClient,
    private readonly unitsAt: UnitsAt,
  ) {}

  async missing(last: boolean): Promise<string[]> {
    // Sources are only looked at to find those that are suspended: once.
    const kinds = this.start ? stateKinds : (Object.keys(fluxKinds) as FluxKind[]);
    const objects = await this.client.list(...kinds);
    const commits = await commitsOf(objects, (commit) => this.unitsAt(this.client.name, commit));
    const units = [fluxRoot, ...new Set([...commits.values()].flat())];
    const ours = objects.filter((object) => object.kind === 'GitRepository' && object.metadata.name === fluxRoot);
    refuseSuspended(this.client, [...ours, ...units.flatMap((name) => objectsOf(objects, name))]);
    this.start ??= { events: await this.client.events(), settled: settled(objects, commits) };
    const states = commitState({ objects, commits, asked: new Set(this.asked.keys()) });
    for (const { name, state } of states) if (state === 'ready') this.done.add(name);
    const open = states.filter(({ name, state }) => state === 'removing' || !this.done.has(name));
    await Promise.all(open.flatMap(({ toAsk }) => toAsk).map((object) => this.ask(object)));
    if (!last) return open.map(({ detail }) => detail);
    return Promise.all(open.map((unit) => this.inDetail(unit, objects)));
  }

  /** What Flux has changed of what had been applied before. */
  async corrections(): Promise<string[]> {
    // An event reaches the API server a moment after the status.
    await sleep(300);
    const { events, settled } = this.start!;
    const isSettled = ({ kind, namespace, name }: ClusterEvent['involvedObject']) =>
      settled.has([kind, namespace, name].join('/'));
    return corrections(events, await this.client.events().catch(() => events), isSettled);
  }

  /** Asks an object to reconcile, once; a failed Flux Kustomization now and then, as what it waits for may be there now. */
  private async ask(object: FluxObject): Promise<void> {
    const { kind, metadata } = object;
    const before = this.asked.get(keyOf(object));
    const again = kind !== 'HelmRelease' && isFailed(object) && before !== undefined && Date.now() - before > patience;
    if (before !== undefined && !again) return;
    this.asked.set(keyOf(object), Date.now());
    const options = { namespace: metadata.namespace, reset: kind === 'HelmRelease' && isStalled(object) };
    try {
      await this.client.requestReconcile(kind, metadata.name, options);
    } catch (error) {
      this.asked.delete(keyOf(object));
      // It may have been removed in this moment.
      if ((error as { code?: number }).code !== 404) throw error;
    }
  }

  private async inDetail({ name, state, detail }: UnitState, objects: readonly FluxObject[]): Promise<string> {
    if (state !== 'removing') return detail;
    const stuck = await stuckObjects(this.client, objectsOf(objects, name)[0]).catch(() => []);
    return stuck.length > 0 ? `${detail}, and waits for ${stuck.join(', ')}` : detail;
  }
}

/** The commits among those that a cluster has fetched or applied that count, with their apps and tenants. */
async function commitsOf(
  objects: readonly FluxObject[],
  unitsAt: (commit: string) => Promise<readonly string[] | undefined>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const own = objects.filter(({ metadata }) => metadata.namespace === fluxNamespace);
  const seen = own.flatMap(({ status = {} }) => [status.artifact?.revision, status.lastAppliedRevision]);
  const commits = new Set(seen.map(commitOf).filter((commit) => /^[0-9a-f]{40,64}$/.test(commit)));
  const all = await Promise.all([...commits].map(async (commit) => [commit, await unitsAt(commit)] as const));
  return new Map(all.flatMap(([commit, units]) => (units ? [[commit, units] as const] : [])));
}

/** The objects of the apps that had applied a commit that counts when the comparison began. */
function settled(objects: readonly FluxObject[], commits: ReadonlyMap<string, unknown>): ReadonlySet<string> {
  const before = objects.filter(
    ({ kind, status }) => kind === 'Kustomization' && commits.has(commitOf(status?.lastAppliedRevision)),
  );
  return new Set(before.flatMap(({ metadata }) => objectsOf(objects, metadata.name)).map(keyOf));
}
