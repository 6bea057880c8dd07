/** Generated files: the object in each, by its path. */
export type Tree = ReadonlyMap<string, object>;

/** Adds the files of a folder to a tree. */
export function under(folder: string, files: Tree, tree: Map<string, object>): void {
  for (const [path, object] of files) tree.set(`${folder}/${path}`, object);
}
