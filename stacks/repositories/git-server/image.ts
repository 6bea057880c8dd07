import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { buildSync } from 'esbuild';

/** The git server's hook as one file, which runs where Node is, and needs nothing of this project. */
export function hookText(): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(__dirname, 'pre-receive.ts')],
    bundle: true,
    minify: true,
    write: false,
    platform: 'node',
    target: 'node20',
    banner: { js: '#!/usr/bin/env node' },
  });
  return outputFiles[0]!.text;
}

/** Makes a folder the one that the git server's image is built from: the files in `image/`, and its hook. */
export function makeImageFolder(folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(__dirname, 'image'), folder, { recursive: true });
  writeFileSync(join(folder, 'pre-receive'), hookText());
  chmodSync(join(folder, 'pre-receive'), 0o755);
  return folder;
}
