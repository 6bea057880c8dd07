import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { lockRuns } from '../../operate/run-lock';

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'run-lock-'))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('the lock of runs', () => {
  it('names the run that holds it', () => {
    writeFileSync(join(directory, 'lock'), JSON.stringify({ pid: process.ppid, command: 'npm run up' }));

    expect(() => lockRuns(directory, 'npm run down')).toThrow(
      `\`npm run up\` is running already, as process ${process.ppid}`,
    );
  });

  it('is taken from a run that is dead', () => {
    const { pid } = spawnSync('true');
    writeFileSync(join(directory, 'lock'), JSON.stringify({ pid, command: 'npm run up' }));

    lockRuns(directory, 'npm run down');

    expect(JSON.parse(readFileSync(join(directory, 'lock'), 'utf8'))).toEqual({
      pid: process.pid,
      command: 'npm run down',
    });
  });

  it('is taken when its file holds no run, as after a crash of the machine', () => {
    writeFileSync(join(directory, 'lock'), '');

    lockRuns(directory, 'npm run up');

    expect(existsSync(join(directory, `lock.${process.pid}`))).toBe(false);
  });
});
