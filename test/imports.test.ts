import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repositoryRoot } from '../machine/paths';
import { sources } from './docs/tool-files';

// The tests' own loader also finds `x.ts` by the name `x.js`. A command's does not.
it('every import of a file of ours names one that is there', () => {
  const imported = sources(/\.ts$/, ['bench', 'docs', 'test']).flatMap(({ path, text }) =>
    [...text.matchAll(/^[^`\n]*(?:from|require\(|import\()\s*'(\.[^']*)'/gm)].map(([, name]) =>
      join(path, '..', name!),
    ),
  );
  expect(imported.length).toBeGreaterThan(500);
  const endings = ['', '.ts', '.mts', '/index.ts', '.json'];
  const isThere = (file: string) =>
    endings.some((ending) => /\.\w+$/.test(file + ending) && existsSync(join(repositoryRoot, file + ending)));
  expect(imported.filter((file) => !isThere(file))).toEqual([]);
});
