import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Fleet } from '../model';
import type { Files } from './files/folder';
import { toYaml } from './files/yaml';
import { manifests } from './manifests';

/** The folder of `fleet.ts`, with its secrets and charts. */
const ownFolder = resolve(__dirname, '..');

/** Every generated file, by its path in the repository. */
export function render(fleet: Fleet, root = ownFolder): Files {
  const files = [...manifests(fleet, root)];
  const isCopied = (content: object | string) => typeof content === 'string' || Buffer.isBuffer(content);
  return new Map(files.map(([path, content]) => [path, isCopied(content) ? content : toYaml(content, path)]));
}

/**
 * Writes everything that Flux reads into a folder, and removes its previous content.
 *
 * The files are written into a temporary folder in `.fleet/`, which is then renamed: if the process is killed, the folder
 * is unchanged or missing, never incomplete.
 *
 * @returns the number of files written
 */
export function synthesise(fleet: Fleet, outdir: string, root = ownFolder): number {
  const files = render(fleet, root);
  const target = resolve(outdir);
  const fleetFolder = join(dirname(target), '.fleet');
  mkdirSync(fleetFolder, { recursive: true });
  const tempPath = mkdtempSync(join(fleetFolder, 'synth-'));
  try {
    const newPath = join(tempPath, 'new');
    mkdirSync(newPath);
    writeFiles(files, newPath);
    mkdirSync(target, { recursive: true });
    renameSync(target, join(tempPath, 'old'));
    renameSync(newPath, target);
  } finally {
    rmSync(tempPath, { recursive: true, force: true });
  }
  return files.size;
}

/** Writes files into a folder. */
export function writeFiles(files: Files, target: string): void {
  for (const folder of new Set([...files.keys()].map(dirname))) mkdirSync(join(target, folder), { recursive: true });
  for (const [path, content] of files) writeFileSync(join(target, path), content);
}
