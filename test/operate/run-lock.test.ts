import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { lockRuns } from '../../operate/run-lock';

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'run-lock-'))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('the lock of runs', () => {
  it('names the run that has it', async () => {
    writeFileSync(join(directory, 'lock'), JSON.stringify({ pid: process.ppid, command: 'npm run up' }));

    await expect(lockRuns(directory, 'npm run down')).rejects.toThrow(
      `\`npm run up\` is already running, as process ${process.ppid}`,
    );
  });

  it('is taken from a run that is dead', async () => {
    const { pid } = spawnSync('true');
    writeFileSync(join(directory, 'lock'), JSON.stringify({ pid, command: 'npm run up' }));

    await lockRuns(directory, 'npm run down');

    expect(JSON.parse(readFileSync(join(directory, 'lock'), 'utf8'))).toEqual({
      pid: process.pid,
      command: 'npm run down',
    });
  });

  it('is taken when its file is empty, as after a crash of the machine', async () => {
    writeFileSync(join(directory, 'lock'), '');

    await lockRuns(directory, 'npm run up');

    expect(existsSync(join(directory, `lock.${process.pid}`))).toBe(false);
  });

  it('is taken from a run that was killed and is a zombie', async () => {
    // The child ends when the shell has become a sleep, which waits for no child.
    const script = 'until grep -q sleep /proc/$$/comm; do sleep 0.01; done & echo $!; exec sleep 20';
    const parent = spawn('bash', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
    await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toMatch(/\) Z /);
    writeFileSync(join(directory, 'lock'), JSON.stringify({ pid, command: 'npm run up' }));

    await lockRuns(directory, 'npm run up');

    parent.kill();
    expect(JSON.parse(readFileSync(join(directory, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid });
  });
});
