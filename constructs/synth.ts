import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Yaml } from 'cdk8s';
import type { Fleet } from '../model';
import { manifests } from './manifests';

/** The folder of `fleet.ts`, where its secrets and its charts are. */
const ownFolder = resolve(__dirname, '..');

/** The text of every generated file, by its path in the repository. */
export function render(fleet: Fleet, root = ownFolder): ReadonlyMap<string, string> {
  const text = (content: object | string) => (typeof content === 'string' ? content : Yaml.stringify(content));
  return new Map([...manifests(fleet, root)].map(([path, content]) => [path, text(content)]));
}

/**
 * Writes everything that Flux reads into a folder, in place of all that was there.
 *
 * The files are written into `.fleet/` beside the folder and renamed: a synthesis that is killed
 * leaves the folder as it was, or none, and never a part of it.
 *
 * @returns the number of files written
 */
export function synthesise(fleet: Fleet, outdir: string, root = ownFolder): number {
  const files = render(fleet, root);
  const target = resolve(outdir);
  const workshop = join(dirname(target), '.fleet');
  mkdirSync(workshop, { recursive: true });
  const aside = mkdtempSync(join(workshop, 'synth-'));
  try {
    const fresh = join(aside, 'new');
    mkdirSync(fresh);
    for (const folder of new Set([...files.keys()].map(dirname))) mkdirSync(join(fresh, folder), { recursive: true });
    for (const [path, text] of files) writeFileSync(join(fresh, path), text);
    mkdirSync(target, { recursive: true });
    renameSync(target, join(aside, 'old'));
    renameSync(fresh, target);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return files.size;
}
