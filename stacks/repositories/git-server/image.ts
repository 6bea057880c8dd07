import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { buildSync } from 'esbuild';
import { suspicious } from '../../../model/secrets/plaintext';

const files = join(__dirname, 'image');

/** The git server's hook, by file: the one that git runs, and the program that it runs, which needs nothing but Node. */
export function hookFiles(): Readonly<Record<'pre-receive' | 'find-secrets', string>> {
  const { outputFiles } = buildSync({
    entryPoints: [join(__dirname, 'find-secrets.ts')],
    bundle: true,
    minify: true,
    write: false,
    platform: 'node',
    target: 'node20',
    banner: { js: '#!/usr/bin/env node' },
  });
  const hook = readFileSync(join(files, 'pre-receive'), 'utf8');
  return { 'pre-receive': hook.replace('SUSPICIOUS', () => suspicious.source), 'find-secrets': outputFiles[0]!.text };
}

/** Writes the git server's hook into a folder. */
export function writeHook(folder: string): void {
  for (const [name, text] of Object.entries(hookFiles())) {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  }
}

/** Makes a folder the one that the git server's image is built from: the files in `image/`, and its hook. */
export function makeImageFolder(folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(files, folder, { recursive: true });
  writeHook(folder);
  return folder;
}
