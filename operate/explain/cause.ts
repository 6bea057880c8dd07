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

/** The same cause in several clusters, or of several units. */
export interface FoldedCause {
  /** The first of them. */
  readonly cause: Cause;
  /** All of them. */
  readonly causes: readonly Cause[];
}

/** Folds causes whose rule and problem are equal into one, in the order of the first of each. */
export function foldCauses(causes: readonly Cause[]): FoldedCause[] {
  const folded = new Map<string, Cause[]>();
  for (const cause of causes) {
    const key = [cause.rule, cause.problem, cause.outcome].join('\n');
    folded.set(key, [...(folded.get(key) ?? []), cause]);
  }
  return [...folded.values()].map((all) => ({ cause: all[0]!, causes: all }));
}
