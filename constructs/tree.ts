/** Generated files: the object in each, by its path. */
export type Tree = ReadonlyMap<string, object>;

/** The tree with every path under a folder. */
export function* under(folder: string, tree: Tree): Iterable<[string, object]> {
  for (const [path, object] of tree) yield [`${folder}/${path}`, object];
}
