/** Generated files by their paths: the object in each, or the text of one that is copied as it is. */
export type Tree = ReadonlyMap<string, object | string>;

/** Adds the files of a folder to a tree. */
export function under(folder: string, files: Tree, tree: Map<string, object | string>): void {
  for (const [path, content] of files) tree.set(`${folder}/${path}`, content);
}
