import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { repositoryRoot } from '../../machine/paths';

type Packages = Record<string, { version?: string; optional?: boolean; resolved?: string; link?: boolean }>;

const wanted: Packages = {
  '': { version: '0.1.0' },
  lab: { version: '0.1.0' },
  'node_modules/@flux-fleet/lab': { resolved: 'lab', link: true },
  'node_modules/execa': { version: '9.6.0' },
  'node_modules/@esbuild/aix-ppc64': { version: '0.28.2', optional: true },
};
const installed: Packages = Object.fromEntries(
  Object.entries(wanted).filter(([path]) => path && !path.includes('aix')),
);

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'flux-fleet-start-'));
  for (const folder of ['cli', 'node_modules', 'bin']) mkdirSync(join(root, folder));
  copyFileSync(join(repositoryRoot, 'cli/start.mjs'), join(root, 'cli/start.mjs'));
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: wanted }));
  const script = `#!/bin/sh\necho "$* $NODE_ENV $NODE_OPTIONS" > '${root}/npm-was-called'\n`;
  writeFileSync(join(root, 'bin/npm'), script, { mode: 0o755 });
});
afterEach(() => rmSync(root, { recursive: true, maxRetries: 9 }));

/** Whether `npm ci` is run when npm has installed these packages. */
function installs(packages: Packages): boolean {
  writeFileSync(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
  rmSync(join(root, 'npm-was-called'), { force: true });
  const theirs = { NODE_ENV: 'production', NODE_OPTIONS: '--no-warnings', npm_config_omit: 'dev' };
  const env = { ...process.env, ...theirs, PATH: `${join(root, 'bin')}:${process.env.PATH}` };
  const { status } = spawnSync(process.execPath, [join(root, 'cli/start.mjs'), '--install'], { env });
  expect(status).toBe(0);
  return existsSync(join(root, 'npm-was-called'));
}

test('nothing is installed when every package is there, except optional ones of other platforms', () => {
  expect(installs(installed)).toBe(false);
});

test.each(['node_modules/execa', 'lab', 'node_modules/@flux-fleet/lab'])(
  'the packages are installed when %s is missing',
  (path) => {
    const rest = Object.entries(installed).filter(([name]) => name !== path);
    expect(installs(Object.fromEntries(rest))).toBe(true);
  },
);

test('the packages are installed when one has another version', () => {
  expect(installs({ ...installed, 'node_modules/execa': { version: '9.5.0' } })).toBe(true);
});

test('everything is installed, also where NODE_ENV or a setting of npm leaves something out', () => {
  installs({});
  const call = readFileSync(join(root, 'npm-was-called'), 'utf8');
  expect(call).toMatch(/^ci .*--include=dev --include=optional/);
  expect(call).not.toMatch(/production|--no-warnings/);
});
