import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { sources } from './tool-files';

/** The variables that a source text reads from the environment, and all of our own that it names. */
function variablesIn(text: string): string[] {
  const read = [...text.matchAll(/process\.env(?:\.|\[['"])([A-Z][A-Z0-9_]*)/g)].map(([, name]) => name!);
  const unpacked = [...text.matchAll(/\{([A-Z0-9_, ]+)\} = process\.env/g)].flatMap(([, names]) =>
    names!.split(',').map((name) => name.trim()),
  );
  const own = [...text.matchAll(/\bFLUX_FLEET_[A-Z_]*[A-Z]\b/g)].map(([name]) => name);
  return [...read, ...unpacked, ...own];
}

it('docs/configuration.md has a row for each environment variable that the code reads', () => {
  const code = sources(/\.[cm]?[jt]s$/, ['docs', 'test']);
  const tests = sources(/^test\/.*\.ts$/).flatMap(({ text }) => [...text.matchAll(/\bFLUX_FLEET_TEST_[A-Z_]+/g)]);
  const names = new Set([...code.flatMap(({ text }) => variablesIn(text)), ...tests.map(([name]) => name)]);
  expect(names).toContain('FLUX_FLEET_SOURCE');
  expect(names).toContain('XDG_CACHE_HOME');

  const page = readFileSync('docs/configuration.md', 'utf8');
  const rows = new Set([...page.matchAll(/^\| `([A-Z0-9_]+)` /gm)].map(([, name]) => name!));
  expect([...names].filter((name) => !rows.has(name)).sort()).toEqual([]);
  // And no row of ours for a variable that nothing reads.
  expect([...rows].filter((name) => name.startsWith('FLUX_FLEET_') && !names.has(name))).toEqual([]);
});
