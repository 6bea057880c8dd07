import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeWhole } from '../machine/files';

/** A short hash of a JSON value. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 20);
}

const trees = new Map<string, string>();

/** The hash of a directory's files: their paths and contents. Computed once a process. */
export function hashOfTree(directory: string): string {
  const known = trees.get(directory);
  if (known) return known;
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(`${file.slice(directory.length)}\0`)
      .update(readFileSync(file))
      .update('\0');
  const digest = hash.digest('hex').slice(0, 20);
  trees.set(directory, digest);
  return digest;
}

/** The file that has the hash of the inputs of `path`. */
export function stampOf(path: string): string {
  return join(dirname(path), '.stamps', path.slice(dirname(path).length + 1));
}

/** Records that the file at `path`, which must be complete, was made from inputs of this hash. */
export function stamp(path: string, inputs: string): void {
  writeWhole(stampOf(path), `${inputs}\n`);
}

/** Whether the file at `path` exists and was made from inputs of this hash. */
export function isCurrent(path: string, inputs: string): boolean {
  return existsSync(path) && stampIn(path) === inputs;
}

/** The recorded hash of a file's inputs; undefined when none is recorded. */
export function stampIn(path: string): string | undefined {
  try {
    return readFileSync(stampOf(path), 'utf8').trim();
  } catch {
    return undefined;
  }
}
