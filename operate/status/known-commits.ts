import type { RepositoryCopy } from '../repository';

/** What this machine's copy of the repository knows of a commit. */
export interface KnownCommit {
  /** When it was made, as in ISO 8601. */
  readonly committedAt: string;
  /** How many commits the branch has on top of it. */
  readonly behind: number;
}

export interface KnownCommits {
  /** The branch's tip as the copy has it; undefined where there is no copy. */
  readonly tip?: string;
  readonly known: ReadonlyMap<string, KnownCommit>;
  /** Why commits that are not known stay so: the repository does not answer. */
  readonly problem?: string;
}

/** How long the repository may take to answer, in ms. */
const fetchTimeout = 3000;

/** Looks commits up in the copy, and fetches once when it does not have one of them. */
export async function knownCommits(copy: RepositoryCopy, wanted: Iterable<string>): Promise<KnownCommits> {
  const commits = [...new Set(wanted)].filter(Boolean);
  const first = await lookUp(copy, commits);
  if (first.known.size === commits.length) return first;
  try {
    await copy.fetch({ timeout: fetchTimeout });
  } catch {
    return { ...first, problem: 'the repository does not answer' };
  }
  return lookUp(copy, commits);
}

async function lookUp(copy: RepositoryCopy, commits: readonly string[]): Promise<KnownCommits> {
  const tip = await copy.revision(copy.remoteTip);
  if (!tip) return { known: new Map() };
  const found = await Promise.all(commits.map(async (commit) => [commit, await one(copy, tip, commit)] as const));
  return { tip, known: new Map(found.flatMap(([commit, known]) => (known ? [[commit, known] as const] : []))) };
}

async function one(copy: RepositoryCopy, tip: string, commit: string): Promise<KnownCommit | undefined> {
  try {
    const behind = commit === tip ? '0' : await copy.git(['rev-list', '--count', `${commit}..${tip}`]);
    const committedAt = await copy.git(['show', '--no-patch', '--format=%cI', commit]);
    return { committedAt: new Date(committedAt).toISOString(), behind: Number(behind) };
  } catch {
    return undefined;
  }
}
