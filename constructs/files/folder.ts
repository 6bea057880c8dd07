import { isUtf8 } from 'node:buffer';
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { FleetError, type Problem, throwProblems } from '../../model';

/** What Git and operating systems put into a folder. */
const ignored = /(^|\/)\.(DS_Store|git)$/;

/** The files of a folder by path, sorted: each as text, or as bytes where it is not UTF-8. */
export type Files = ReadonlyMap<string, string | Buffer>;

/** Whether a file or folder is left out, by its path in the folder that is read. */
export type LeavesOut = (path: string, isFolder: boolean) => boolean;

/**
 * Every file in one of the user's folders. Symbolic links are followed, and the files that they lead to are copied.
 *
 * @param leavesOut by default, what editors keep of a file before it was changed
 * @throws FleetError if the folder does not exist, and for each link that leads out of it, to nothing, or in a circle.
 */
export function readFolder(root: string, folder: string, leavesOut: LeavesOut = (path) => path.endsWith('~')): Files {
  const place = join(root, folder);
  if (!existsSync(place) || !statSync(place).isDirectory())
    throw new FleetError({ place: folder, problem: 'the folder does not exist', next: 'Create it beside `fleet.ts`' });
  const top = realpathSync(place);
  const files: [string, string | Buffer][] = [];
  const problems: Problem[] = [];
  const visit = (real: string, path: string) => {
    for (const name of readdirSync(real)) {
      const own = posix.join(path, name);
      const entry = join(real, name);
      const target = existsSync(entry) ? realpathSync(entry) : undefined;
      const isFolder = target !== undefined && statSync(target).isDirectory();
      if (ignored.test(own) || leavesOut(own, isFolder)) continue;
      const wrong = misleads(top, real, target);
      if (wrong) {
        const next = 'Replace the link with what it should lead to';
        problems.push({ place: `${folder}/${own}`, problem: `the symbolic link leads ${wrong}`, next });
      } else if (isFolder) visit(target, own);
      else if (statSync(target!).isFile()) files.push([own, content(readFileSync(target!))]);
    }
  };
  visit(top, '');
  throwProblems(problems);
  return new Map(files.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Where what a folder has leads to, if it cannot be copied. */
function misleads(top: string, folder: string, target: string | undefined): string | undefined {
  if (target === undefined) return 'to nothing';
  if (!`${target}${sep}`.startsWith(`${top}${sep}`)) return 'out of the folder';
  return `${folder}${sep}`.startsWith(`${target}${sep}`) ? 'in a circle' : undefined;
}

function content(bytes: Buffer): string | Buffer {
  return isUtf8(bytes) ? bytes.toString('utf8') : bytes;
}

/** Generated files by path: an object, or the text or bytes of a file that is copied unchanged. */
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
