import { isUtf8 } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { FleetError } from '../../model';

/** Files of editors and operating systems, which are ignored. */
const ignored = /(^|\/)(\.DS_Store|\.git(\/|$)|[^/]*~$)/;

/**
 * The text of every file in one of the user's folders, by its path in the folder, sorted.
 *
 * @throws FleetError if the folder does not exist, or one of its files cannot be copied.
 */
export function readFolder(root: string, folder: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const path of entriesOf(root, folder)) {
    const bytes = readFileSync(join(root, folder, path));
    if (!isUtf8(bytes) || bytes.includes(0)) {
      const next = 'Move it out of the folder, or unpack it if it is an archive';
      throw new FleetError({ place: `${folder}/${path}`, problem: 'the file is not a text file', next });
    }
    files.set(path, bytes.toString('utf8'));
  }
  return files;
}

function entriesOf(root: string, folder: string): string[] {
  try {
    const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
    const paths = entries.map((entry) => ({
      path: relative(join(root, folder), join(entry.parentPath, entry.name)).split(sep).join('/'),
      entry,
    }));
    const link = paths.find(({ entry }) => entry.isSymbolicLink());
    if (link) {
      const problem = 'the file is a symbolic link, whose target may be outside the repository';
      throw new FleetError({ place: `${folder}/${link.path}`, problem, next: 'Replace the link with the file itself' });
    }
    return paths
      .filter(({ path, entry }) => entry.isFile() && !ignored.test(path))
      .map(({ path }) => path)
      .sort();
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    throw new FleetError({ place: folder, problem: 'the folder does not exist', next: 'Create it beside `fleet.ts`' });
  }
}

/** Generated files by path: an object, or the text of a file that is copied unchanged. */
export type Tree = ReadonlyMap<string, object | string>;

/** Adds files to a tree, in a folder. */
export function addFiles(tree: Map<string, object | string>, folder: string, files: Tree): void {
  for (const [path, content] of files) tree.set(`${folder}/${path}`, content);
}

/** A path that no file has yet: a number makes the difference between names that differ in what no path has. */
export function freePath(files: Tree, name: string, end: string): string {
  for (let count = 1; ; count++) {
    const path = `${name}${count === 1 ? '' : `-${count}`}${end}`;
    if (!files.has(path)) return path;
  }
}
