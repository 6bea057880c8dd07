import { clusterFolder, repositoryPart } from '../model';
import type { UnitsAt } from './applied';
import { isAncestor } from './history';
import { fleetTree } from './layout';
import type { RepositoryCopy } from './repository';

/**
 * Which commits count as the published one, and which apps and tenants a cluster runs at each: it itself, and those on top
 * of it, which the copy fetches when it does not know them.
 */
export function publishedUnits(copy: RepositoryCopy, published: string): UnitsAt {
  // A commit never changes, and each look of a wait asks again.
  const answers = new Map<string, Promise<string[] | undefined>>();
  // One after the other: two fetches at a time would lock each other out.
  let fetched: Promise<unknown> = Promise.resolve();
  const known = (commit: string) => copy.revision(`${commit}^{commit}`);
  const counts = async (commit: string): Promise<boolean> => {
    if (commit === published) return true;
    fetched = fetched.then(async () => (await known(commit)) ?? copy.fetch());
    await fetched;
    return isAncestor(copy, published, commit);
  };
  const find = async (cluster: string, commit: string) =>
    (await counts(commit)) ? unitsIn(copy, cluster, commit) : undefined;
  return async (cluster, commit) => {
    const key = `${cluster} ${commit}`;
    const answer = answers.get(key) ?? find(cluster, commit);
    answers.set(key, answer);
    try {
      return await answer;
    } catch {
      // The repository does not answer: it is asked again.
      answers.delete(key);
      fetched = Promise.resolve();
      return undefined;
    }
  };
}

/** The apps and tenants of a cluster in a commit, by the files of its folder. */
export async function unitsIn(copy: RepositoryCopy, cluster: string, commit: string): Promise<string[]> {
  const tree = await fleetTree(copy, commit);
  const paths = await copy.git(['ls-tree', '-z', '--name-only', tree, `${clusterFolder(cluster)}/`]);
  const parts = paths.split('\0').map(repositoryPart);
  return parts.flatMap((part) => (part?.kind === 'unit in cluster' ? [part.unit] : []));
}
