import { fluxRoot, type Problem } from '../model';
import { type ClusterClient, type FluxObject, readyCondition } from './cluster-client';
import { hasAttempted, isFailed, isPastApply, objectsOf } from './commit-state';
import { type Cause, causesOf } from './explain';
import { defaultGrace } from './grace';
import { waitersOf } from './listed';

/** How long the others have to fail too once one thing has failed for good, in ms: all of them are shown at once. */
const settle = 2000;
/** How many times the grace a container has to begin to answer its probes. */
const startFactor = 3;
/** The time between two looks, in ms: each costs requests. */
const pause = 1000;
/** How long a cause may be out of sight and still counts as the same, in ms: a container that crashes runs in between. */
const memory = 10_000;

interface Sighting {
  readonly cause: Cause;
  readonly first: number;
  readonly last: number;
}

/** Looks, while a commit is waited for, why the units that are not ready are not, and tells when that is the outcome. */
export class CauseWatch {
  private readonly seen = new Map<string, Sighting>();
  /** When it was last looked, in ms, and at which units. */
  private looked = 0;
  private units = '';

  constructor(
    private readonly client: ClusterClient,
    private readonly grace = defaultGrace,
    private readonly find = causesOf,
  ) {}

  /**
   * What is known of these units, as of a second ago at most.
   *
   * @param units those whose failure concerns the commit: see {@link isConcerned}
   */
  async causes(objects: readonly FluxObject[], units: readonly string[]): Promise<readonly Cause[]> {
    const now = Date.now();
    if (now - this.looked >= pause || units.join() !== this.units) {
      this.note(units.length > 0 ? await this.find(this.client, objects, units) : [], now);
      this.units = units.join();
    }
    return [...this.seen.values()].filter(({ last }) => last === this.looked).map(({ cause }) => cause);
  }

  /** The causes that are the outcome, with those that were seen beside them; none while things may still change. */
  outcome(): readonly Cause[] {
    const now = [...this.seen.values()].filter(({ last }) => last === this.looked);
    const patience = ({ outcome, rule = '' }: Cause) => {
      if (outcome === 'final') return Math.min(settle, this.grace);
      // A container that runs may still be starting.
      return rule.includes('probe') ? startFactor * this.grace : this.grace;
    };
    const isOver = now.some(({ cause, first, last }) => last - first >= patience(cause));
    return isOver ? now.map(({ cause }) => cause) : [];
  }

  private note(causes: readonly Cause[], now: number): void {
    for (const cause of causes) {
      const key = [cause.unit, cause.rule ?? cause.problem].join('\n');
      const before = this.seen.get(key);
      const isSame = before && (before.last === this.looked || now - before.last <= memory);
      this.seen.set(key, { cause, first: isSame ? before.first : now, last: now });
    }
    this.looked = now;
  }
}

/**
 * Whether what is wrong with a unit concerns these commits, and is not left of another one or of an earlier attempt.
 *
 * @param askedAt when an object was asked to reconcile, in ms; what it tells of the time before is old
 */
export function isConcerned(
  { objects, commits }: { objects: readonly FluxObject[]; commits: ReadonlyMap<string, unknown> },
  unit: string,
  askedAt: (object: FluxObject) => number | undefined,
): boolean {
  const isOld = (object: FluxObject) => isBefore(object, askedAt(object));
  const source = objects.find((object) => object.kind === 'GitRepository' && object.metadata.name === fluxRoot);
  if (unit === fluxRoot && source && isFailed(source)) return !isOld(source);
  const [own, ...parts] = objectsOf(objects, unit);
  if (own?.metadata.name !== unit || !isCurrent(own) || !hasAttempted(own, commits)) return false;
  const ready = readyCondition(own);
  if (ready?.status === 'False') return !isOld(own) && !(ready.reason === 'HealthCheckFailed' && parts.some(isOld));
  const isQuiet = [own, ...parts].every((object) => readyCondition(object)?.status === 'True');
  return !isQuiet && isPastApply(own) && parts.every((part) => isCurrent(part) && !isOld(part));
}

/** Whether what an object tells is of its specification as it is now. Its status has the generation once it is ready. */
function isCurrent(object: FluxObject): boolean {
  const { metadata, status } = object;
  return (readyCondition(object)?.observedGeneration ?? status?.observedGeneration) === metadata.generation;
}

/** Whether what an object tells was so before it was asked to reconcile. While Flux is at it, it tells of now. */
function isBefore(object: FluxObject, askedAt: number | undefined): boolean {
  if (askedAt === undefined || readyCondition(object)?.status === 'Unknown') return false;
  return !(Date.parse(object.status?.lastHandledReconcileAt ?? '') >= askedAt);
}

/** A cause as a problem of its cluster; the same one of another cluster is folded into it where errors are joined. */
export function problemOf({ cluster, unit, problem, next, rule, log = [], waiting = [] }: Cause): Problem {
  const others = waiting.length > 0 ? `; ${waitersOf(waiting)}` : '';
  const lines = log.length > 0 ? `\n${log.map((line) => `    | ${line}`).join('\n')}\n` : '';
  return {
    place: `cluster ${cluster}: ${unit}`,
    problem: `${problem}${others}${lines}`,
    next,
    same: [unit, rule, problem].join('\n'),
  };
}
