/** One step on the way from a Flux object to the root of its failure, in the words of Flux or Kubernetes. */
export interface Step {
  /** `Kind namespace/name`. */
  readonly subject: string;
  readonly reason?: string;
  readonly message: string;
}

/**
 * `final`: nothing changes without a new commit or command. `may heal`: it may end by itself, as when an image is pushed, a
 * server answers again or a quota has room.
 */
export type Outcome = 'final' | 'may heal';

/** Why something in a cluster is not as the commit says. */
export interface Cause {
  readonly cluster: string;
  /** The app or tenant; Flux's root for what concerns all. */
  readonly unit: string;
  /** The rule of the catalogue; undefined for what the catalogue does not know, which is shown raw. */
  readonly rule?: string;
  /** The object at the root: `Pod app-a/app-a-5d8f…`, `GitRepository flux-system/flux-system`. */
  readonly subject: string;
  /** What is wrong, and what that means, as sentences without the last full stop. */
  readonly problem: string;
  /** What to do: a command or an edit that works, as an imperative sentence without its full stop. */
  readonly next: string;
  readonly outcome: Outcome;
  /** From the failing Flux object down to the root. */
  readonly trail: readonly Step[];
  /** The last lines that the container wrote before it ended. */
  readonly log?: readonly string[];
  /** The units that wait for this one, and are not ready only because of that. */
  readonly waiting?: readonly string[];
}

/** The commit with which something fails. */
export interface Commit {
  readonly sha: string;
  readonly subject: string;
  readonly author: string;
}

/** A cause with where it comes from. */
export interface ReportedCause extends Cause {
  /** The commit that the failing unit was last tried with. */
  readonly commit?: Commit;
  /** Where the user wrote the unit: `fleet.ts:14`. */
  readonly place?: string;
}

/** What fails in a cluster, or why that cannot be told. */
export interface ClusterReport {
  readonly cluster: string;
  readonly causes: readonly ReportedCause[];
  /** Why the cluster does not answer; undefined where it does. */
  readonly unreachable?: string;
}

/** The same cause in several clusters, or of several units. */
export interface FoldedCause {
  /** The first of them. */
  readonly cause: ReportedCause;
  /** All of them. */
  readonly causes: readonly ReportedCause[];
}

/** Folds causes whose rule and problem are equal into one, in the order of the first of each. */
export function foldCauses(causes: readonly ReportedCause[]): FoldedCause[] {
  const folded = new Map<string, ReportedCause[]>();
  for (const cause of causes) {
    const key = [cause.rule, cause.problem, cause.outcome].join('\n');
    folded.set(key, [...(folded.get(key) ?? []), cause]);
  }
  return [...folded.values()].map((all) => ({ cause: all[0]!, causes: all }));
}
