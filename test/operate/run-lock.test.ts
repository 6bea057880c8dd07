import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { lockRuns } from '../../operate/run-lock';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'run-lock-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 9 }));

const refused = `\`npm run up\` is already running, as process ${process.pid}`;
const done = () => Promise.resolve('done');

describe('the lock of runs', () => {
  it('refuses a second run after a moment, and names the first', async () => {
    const second = () => lockRuns(folder, 'npm run down', done);
    await expect(lockRuns(folder, 'npm run up', second)).rejects.toThrow(refused);
    expect(await second()).toBe('done');
  });

  it('lets a run begin whose predecessor is about to end', async () => {
    const first = lockRuns(folder, 'npm run up', () => new Promise((resolve) => setTimeout(resolve, 500)));
    expect(await lockRuns(folder, 'npm run down', done)).toBe('done');
    await first;
  });

  it('is one, by whatever link a run reaches the folder, and though the first run makes or removes it', async () => {
    symlinkSync(folder, `${folder}-link`);
    const directory = join(folder, '.fleet');
    await lockRuns(directory, 'npm run up', async () => {
      for (const change of [() => mkdirSync(directory), () => rmSync(directory, { recursive: true })]) {
        change();
        await expect(lockRuns(join(`${folder}-link`, '.fleet'), 'npm run down', done)).rejects.toThrow(refused);
      }
    });
    rmSync(`${folder}-link`);
  }, 15_000);

  it('is not kept by the file of an earlier version, whatever process that names', async () => {
    writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: 1, command: 'npm run up' }));
    expect(await lockRuns(folder, 'npm run down', done)).toBe('done');
  });
});
