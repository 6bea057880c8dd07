import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Entry, tar } from './tar';

/**
 * The archive of a folder that Docker builds an image from, without what `.dockerignore` excludes.
 *
 * @see https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export function buildContext(folder: string, dockerfile: string): Buffer {
  if (!existsSync(join(folder, dockerfile)))
    throw new Error(`there is no ${dockerfile} in the build context ${folder}`);
  const ignores = readIgnores(folder);
  const always = new Set([dockerfile, '.dockerignore']);
  return tar(entriesOf(folder, '', (path) => !always.has(path) && ignored(path, ignores)));
}

interface Ignore {
  readonly pattern: RegExp;
  readonly except: boolean;
}

function* entriesOf(folder: string, inside: string, skip: (path: string) => boolean): Generator<Entry> {
  for (const name of readdirSync(join(folder, inside)).sort()) {
    const path = inside === '' ? name : `${inside}/${name}`;
    const file = join(folder, path);
    const stats = lstatSync(file);
    const mode = stats.mode & 0o7777;
    if (stats.isDirectory()) {
      // An exclusion may have exceptions further in, so every folder is walked.
      if (!skip(path)) yield { path: `${path}/`, mode, folder: true };
      yield* entriesOf(folder, path, skip);
    } else if (skip(path)) {
      continue;
    } else if (stats.isSymbolicLink()) {
      yield { path, mode, link: readlinkSync(file) };
    } else if (stats.isFile()) {
      yield { path, mode, content: readFileSync(file) };
    }
  }
}

function readIgnores(folder: string): Ignore[] {
  const file = join(folder, '.dockerignore');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim());
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ except: line.startsWith('!'), pattern: pattern(line.replace(/^!/, '')) }));
}

/** The last line that matches decides. */
function ignored(path: string, ignores: readonly Ignore[]): boolean {
  const last = ignores.findLast(({ pattern }) => pattern.test(path));
  return last !== undefined && !last.except;
}

/** A pattern matches a path and everything below it. */
function pattern(glob: string): RegExp {
  const path = glob.replace(/^\.?\//, '').replace(/\/$/, '');
  const expression = path
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*\*\/|\*\*|\*|\?/g, (wild) => ({ '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' })[wild]!);
  return new RegExp(`^${expression === '\\.' ? '.*' : expression}(?:/.*)?$`);
}
