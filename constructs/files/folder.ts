import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { isUtf8 } from 'node:buffer';
import { FleetError } from '../../model';

/** What editors and systems leave behind, which is no part of a folder. */
const leftBehind = /(^|\/)(\.DS_Store|\.git(\/|$)|[^/]*~$)/;

/**
 * The text of every file in a folder of the user's, by its path there, sorted.
 *
 * @throws FleetError where there is no such folder, or a file of it cannot be copied.
 */
export function readFolder(root: string, folder: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const path of entriesOf(root, folder)) {
    const bytes = readFileSync(join(root, folder, path));
    if (!isUtf8(bytes) || bytes.includes(0)) {
      const next = 'Take it out of the folder; unpack it if it is an archive';
      throw new FleetError({ place: `${folder}/${path}`, problem: 'the file is not text', next });
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
      const problem = 'it is a symbolic link, which nobody else has the end of';
      throw new FleetError({ place: `${folder}/${link.path}`, problem, next: 'Put the file itself there' });
    }
    return paths
      .filter(({ path, entry }) => entry.isFile() && !leftBehind.test(path))
      .map(({ path }) => path)
      .sort();
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    throw new FleetError({ place: folder, problem: 'there is no such folder', next: 'Make it, beside `fleet.ts`' });
  }
}
