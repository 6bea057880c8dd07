import { setTimeout as sleep } from 'node:timers/promises';
import { sideBySide } from '../machine/all-of';
import { FleetError, fluxNamespace, fluxRoot, type Problem } from '../model';
import { CauseWatch, isConcerned, problemOf } from './cause-watch';
import { type ClusterClient, type ClusterEvent, fluxKinds, type FluxKind, type FluxObject } from './cluster-client';
import {
  commitOf,
  commitState,
  type CommitStateProps,
  isFailed,
  isStalled,
  keyOf,
  objectsOf,
  stateKinds,
  type UnitState,
} from './commit-state';
import { corrections } from './corrections';
import type { Cause } from './explain';
import { stuckObjects } from './stuck-objects';
import { refuseSuspended } from './suspended';

/** The apps and tenants of a cluster at a commit; undefined where that is not the published commit or on top of it. */
export type UnitsAt = (cluster: string, commit: string) => Promise<readonly string[] | undefined>;

export interface ComparisonProps {
  readonly client: ClusterClient;
  /** Which commits the cluster may have applied, and what each has in it. */
  readonly unitsAt: UnitsAt;
  /** How long a cause that may heal by itself is waited for, in ms. @default 30 s */
  readonly grace?: number;
  /** Takes secrets out of sentences, which have the words of others in parentheses. @default - nothing is taken out */
  readonly redact?: (sentences: readonly string[]) => Promise<readonly string[]>;
  /** Whether Flux is asked to compare now. @default true */
  readonly asks?: boolean;
  /** Whether Helm, when it is asked, upgrades to the same chart and values again. @default false */
  readonly force?: boolean;
  /** The only apps and tenants that count. @default - all */
  readonly only?: readonly string[];
}

/** A commit cannot become ready as things are. */
export class CommitFailedError extends FleetError {}

/** How long Flux has for what failed, until it is asked again, in ms. */
const patience = 5000;

/** A cluster that is compared with a commit again and again, until it has what the commit has. */
export class Comparison {
  /** When each object was asked to reconcile. */
  private readonly asked = new Map<string, number>();
  /** The apps and tenants that have been ready. */
  private readonly done = new Set<string>();
  private readonly watch: CauseWatch;
  private start: { events: readonly ClusterEvent[]; settled: ReadonlySet<string> } | undefined;
  private causes: readonly Cause[] = [];
  private seen: CommitStateProps | undefined;

  constructor(private readonly props: ComparisonProps) {
    this.watch = new CauseWatch(props.client, props.grace);
  }

  /** What to do about what is wrong now; undefined where that is not known. */
  get next(): string | undefined {
    return this.causes[0]?.next;
  }

  /** The commit that the root has last applied. */
  get commit(): string {
    const root = this.seen?.objects.find(
      ({ kind, metadata }) => kind === 'Kustomization' && metadata.name === fluxRoot,
    );
    return commitOf(root?.status?.lastAppliedRevision);
  }

  /**
   * What the cluster lacks, in short sentences; none when it is as the commit.
   *
   * @param last whether what holds up a removal is looked up
   * @throws CommitFailedError as soon as it cannot get ready, FleetError for what somebody has suspended
   */
  async missing(last: boolean): Promise<readonly string[]> {
    const { client, unitsAt, asks = true, only, redact } = this.props;
    // Sources are only looked at to find those that are suspended: once.
    const objects = await client.list(...(this.seen ? stateKinds : (Object.keys(fluxKinds) as FluxKind[])));
    const commits = await commitsOf(objects, (commit) => unitsAt(client.name, commit));
    this.refuseSuspended(objects, commits);
    if (asks) this.start ??= { events: await client.events(), settled: settled(objects, commits) };
    this.seen = { objects, commits, ...(asks && { asked: new Set(this.asked.keys()) }) };
    const states = commitState(this.seen);
    for (const { name, state } of states) if (state === 'ready') this.done.add(name);
    const counts = (name: string) => name === fluxRoot || (only?.includes(name) ?? true);
    const open = states.filter(({ name, state }) => counts(name) && (state === 'removing' || !this.done.has(name)));
    if (asks) await Promise.all(open.flatMap(({ toAsk }) => toAsk).map((object) => this.ask(object)));
    await this.look(this.seen, open);
    const sentences = await Promise.all(open.map((unit) => this.sentence(unit, { objects, last })));
    return redact ? redact(sentences) : sentences;
  }

  /** What Flux has changed of what had been applied before. */
  async corrections(): Promise<string[]> {
    // An event reaches the API server a moment after the status.
    await sleep(300);
    const { events, settled } = this.start!;
    const isSettled = ({ kind, namespace, name }: ClusterEvent['involvedObject']) =>
      settled.has([kind, namespace, name].join('/'));
    return corrections(events, await this.props.client.events().catch(() => events), isSettled);
  }

  private refuseSuspended(objects: readonly FluxObject[], commits: CommitStateProps['commits']): void {
    const units = [fluxRoot, ...(this.props.only ?? new Set([...commits.values()].flat()))];
    const ours = objects.filter((object) => object.kind === 'GitRepository' && object.metadata.name === fluxRoot);
    refuseSuspended(this.props.client, [...ours, ...units.flatMap((name) => objectsOf(objects, name))]);
  }

  /** Finds out why what is open is not ready. @throws CommitFailedError when that is the outcome */
  private async look(seen: CommitStateProps, open: readonly UnitState[]): Promise<void> {
    const askedAt = (object: FluxObject) => this.asked.get(keyOf(object));
    const units = open.filter(({ name, state }) => state !== 'removing' && isConcerned(seen, name, askedAt));
    const names = units.map(({ name }) => name);
    this.causes = await this.watch.causes(seen.objects, names);
    const outcome = this.watch.outcome();
    if (outcome.length > 0) throw new CommitFailedError(...(await this.redacted(outcome.map(problemOf))));
  }

  private async redacted(problems: readonly Problem[]): Promise<Problem[]> {
    const { redact } = this.props;
    if (!redact) return [...problems];
    // The words of others are in parentheses.
    const clean = async (text: string) => (await redact([`(${text})`]))[0]!.replace(/^\(([^]*)\)$/, '$1');
    return sideBySide(problems, async (each) => ({
      ...each,
      problem: await clean(each.problem),
      next: await clean(each.next),
    }));
  }

  /** Asks an object to reconcile, once; a failed Flux Kustomization now and then, as what it waits for may be there now. */
  private async ask(object: FluxObject): Promise<void> {
    const { kind, metadata } = object;
    const before = this.asked.get(keyOf(object));
    const again = kind !== 'HelmRelease' && isFailed(object) && before !== undefined && Date.now() - before > patience;
    if (before !== undefined && !again) return;
    this.asked.set(keyOf(object), Date.now());
    const isRelease = kind === 'HelmRelease';
    // Flux forces an upgrade only by the request that it answers, so there is no other one beside it.
    const force = isRelease && this.props.force === true;
    const options = { namespace: metadata.namespace, reset: force || (isRelease && isStalled(object)), force };
    try {
      await this.props.client.requestReconcile(kind, metadata.name, options);
    } catch (error) {
      this.asked.delete(keyOf(object));
      // It may have been removed in this moment.
      if ((error as { code?: number }).code !== 404) throw error;
    }
  }

  private async sentence(
    { name, state, detail }: UnitState,
    { objects, last }: { objects: readonly FluxObject[]; last: boolean },
  ): Promise<string> {
    // What the catalogue does not know is best told as Flux itself does.
    const causes = this.causes.filter(({ unit, rule }) => unit === name && rule !== undefined);
    if (causes.length > 0) return `${name} is not ready (${causes.map(({ problem }) => problem).join(', and ')})`;
    const root = this.causes.find(({ waiting = [] }) => waiting.includes(name));
    if (root) return `${name} waits for ${root.unit}`;
    if (state !== 'removing' || !last) return detail;
    const stuck = await stuckObjects(this.props.client, objectsOf(objects, name)[0]).catch(() => []);
    return stuck.length > 0 ? `${detail}, and waits for ${stuck.join(', ')}` : detail;
  }
}

/** The commits among those that a cluster has fetched or applied that count, with their apps and tenants. */
export async function commitsOf(
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
