import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { candidateVersion, goProblem } from '../../lab/toolchain';

const systemPath = process.env.PATH;
let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'flux-fleet-go-'));
  process.env.PATH = path;
});
afterEach(() => {
  process.env.PATH = systemPath;
  rmSync(path, { recursive: true, maxRetries: 9 });
});

function go(prints: string): void {
  writeFileSync(join(path, 'go'), `#!/bin/sh\necho '${prints}'\n`);
  chmodSync(join(path, 'go'), 0o755);
}

test.each(['go version go1.21.0 linux/amd64', 'go version go1.26.2 linux/amd64'])(
  '`%s` is late enough',
  async (prints) => {
    go(prints);
    expect(await goProblem()).toBeUndefined();
  },
);

test('a Go that cannot download a later version is a problem, with its version and the next step', async () => {
  go('go version go1.19.8 linux/amd64');
  const problem = await goProblem();
  expect(problem?.problem).toContain('1.19.8');
  expect(problem?.next).toContain('1.21 or later');
});

test('the version that Debian offers is read without its epoch', () => {
  expect(candidateVersion('golang-go:\n  Installed: (none)\n  Candidate: 2:1.24~2\n')?.version).toBe('1.24.0');
});

test('a package that Debian does not offer has no version', () => {
  expect(candidateVersion('golang-go:\n  Installed: (none)\n  Candidate: (none)\n')).toBeUndefined();
});
