/** Generated files by path: an object, or the text of a file that is copied unchanged. */
export type Tree = ReadonlyMap<string, object | string>;

/** Adds files to a tree, in a folder. */
export function addFiles(tree: Map<string, object | string>, folder: string, files: Tree): void {
  for (const [path, content] of files) tree.set(`${folder}/${path}`, content);
}
