import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import ignore from '@balena/dockerignore';

import { type Entry, tar } from './tar';

/**
 * The archive of a folder that Docker builds an image from, without what `.dockerignore` excludes.
 *
 * @see https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export function buildContext(folder: string, dockerfile: string): Readable {
  if (!existsSync(join(folder, dockerfile)))
    throw new Error(`there is no ${dockerfile} in the build context ${folder}`);
  const rules = ignore();
  const file = join(folder, '.dockerignore');
  if (existsSync(file)) rules.add(readFileSync(file, 'utf8'));
  const always = new Set([dockerfile, '.dockerignore']);
  return tar(entriesOf(folder, '', (path) => !always.has(path) && rules.ignores(path)));
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
