import { randomBytes } from 'node:crypto';
import { accessSync, constants, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** A name beside `path` that no other run uses: what is written there is renamed to `path` once it is whole. */
export function besides(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  return join(dirname(path), `.part-${process.pid}-${randomBytes(4).toString('hex')}`);
}

/** Writes a file so that it is either as it was or whole. */
export function writeWhole(path: string, content: string, mode = 0o644): void {
  const part = besides(path);
  writeFileSync(part, content, { mode });
  renameSync(part, path);
}

/** Puts what was made at `part` in the place of `path`, be they files or directories. */
export function moveInPlace(part: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  if (statSync(part).isDirectory()) rmSync(path, { recursive: true, force: true });
  renameSync(part, path);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The command's file, in the first directory of PATH that has it. */
export function findCommand(name: string, path = process.env.PATH ?? ''): string | undefined {
  const candidates = path.split(delimiter).filter(Boolean);
  return candidates.map((directory) => join(directory, name)).find(isExecutable);
}
