import { changesIn } from './changes';
import type { RepositoryCopy } from './repository';

/** The trailer that says what a commit of ours was rendered from: https://git-scm.com/docs/git-interpret-trailers */
export const sourceTrailer = 'Source-Commit';

/**
 * The trailer with the tree and the parent of a commit of ours. A message that somebody takes over, as by `git
 * cherry-pick`, `git commit --amend` or `git commit -C`, is that of another commit, whose tree or parent differs.
 */
export const proofTrailer = 'Published-Tree';

/** The value of {@link proofTrailer}. */
export function proof(tree: string, parent = ''): string {
  return `${tree} ${parent}`.trim();
}

/** What we have published until now, in the history of a commit. */
export interface OurCommits {
  /** Our last commit; undefined where there is none. */
  readonly last?: string;
  /** The generated files that it has. */
  readonly paths: ReadonlySet<string>;
}

/** Finds our commits in the history of a commit, whichever clone they are of. */
export async function ourCommits(copy: RepositoryCopy, tip: string): Promise<OurCommits> {
  const fields = ['%H', '%T', '%P', `%(trailers:key=${proofTrailer},valueonly,separator=%x2C)`].join('%x00');
  const order = ['--reverse', '--topo-order', '-E', `--grep=^${sourceTrailer}: `];
  const lines = (await copy.git(['log', ...order, `--format=${fields}`, tip])).split('\n').filter(Boolean);
  const commits = lines.map((line) => {
    const [id = '', tree = '', parents, value] = line.split('\0');
    return { id, value, isProven: value === proof(tree, parents) };
  });
  const proven = commits.filter(({ isProven }) => isProven);
  // Before the first proven one, an earlier version published.
  const ours = (proven.length > 0 ? proven : commits.filter(({ value }) => !value)).map(({ id }) => id);
  const paths = new Set<string>();
  const args = ['diff-tree', '--stdin', '--root', '--no-commit-id', '-r', '-z', '--no-renames', '--name-status'];
  for (const { status, path } of changesIn(await copy.git(args, { input: `${ours.join('\n')}\n` }))) {
    if (status === 'D') paths.delete(path);
    else paths.add(path);
  }
  return { last: ours.at(-1), paths };
}
