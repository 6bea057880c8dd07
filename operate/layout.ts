import type { RepositoryCopy } from './repository';

/**
 * The tree of the fleet's files in a commit, or in a tree of the whole repository. Whatever compares or reads them does that
 * in such trees, in which paths begin at the fleet's folder.
 */
export async function fleetTree(copy: RepositoryCopy, whole: string): Promise<string> {
  const { folder } = copy.layout;
  if (folder === '') return whole;
  return (await copy.revision(`${whole}:${folder}`)) ?? copy.git(['hash-object', '-t', 'tree', '--stdin']);
}

/** The tree of the whole repository: a commit's with the fleet's files of another tree. */
export async function wholeTree(copy: RepositoryCopy, commit: string | undefined, files: string): Promise<string> {
  let tree = files;
  const parts = copy.layout.folder.split('/').filter(Boolean);
  for (let name = parts.pop(); name !== undefined; name = parts.pop()) {
    const above = commit && (await copy.revision(`${commit}:${parts.join('/')}`));
    const lines = above ? (await copy.git(['ls-tree', '-z', above])).split('\0').filter(Boolean) : [];
    const others = lines.filter((line) => line.split('\t')[1] !== name);
    const input = [...others, `040000 tree ${tree}\t${name}`].map((line) => `${line}\0`).join('');
    tree = await copy.git(['mktree', '-z', '--missing'], { input });
  }
  return tree;
}
