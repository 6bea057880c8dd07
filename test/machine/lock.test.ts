import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChildProcess, spawn } from 'node:child_process';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { exclusively } from '../../machine/lock';
import { repositoryRoot } from '../../machine/paths';

let folder: string;
let started: ChildProcess[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flux-fleet-lock-'));
  started = [];
});
afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true, maxRetries: 9 });
});

const never = () => expect.fail('it waited');
const lock = (name: string) => ({ name: join(folder, name), command: 'npm test', waiting: never });

/** A process that takes a lock, and then does what this program says. Its `unlock` releases the lock. */
function start(name: string, program: string): ChildProcess {
  const script = `
    require('${repositoryRoot}/machine/typescript.cjs');
    const { exclusively } = require('${repositoryRoot}/machine/lock.ts');
    const fs = require('node:fs');
    const props = { name: ${JSON.stringify(join(folder, name))}, command: 'npm run up', waiting: () => {} };
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    ${program}`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'], cwd: folder });
  started.push(child);
  return child;
}

describe('a lock', () => {
  it('is waited for, and names the process that has it and what that runs', async () => {
    const holder = start('a', "exclusively(props, async () => { console.log('has it'); await pause(60_000); });");
    await once(holder.stdout!, 'data');
    const holders: unknown[] = [];
    const waiting = (one: unknown) => {
      holders.push(one);
      holder.kill();
    };
    expect(await exclusively({ ...lock('a'), waiting }, () => Promise.resolve('done'))).toBe('done');
    expect(holders).toEqual([{ pid: holder.pid, command: 'npm run up' }]);
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)('ends with its process, by %s, and leaves nothing', async (signal) => {
    const holder = start('b', "exclusively(props, async () => { console.log('has it'); await pause(60_000); });");
    await once(holder.stdout!, 'data');
    holder.kill(signal);
    await once(holder, 'exit');
    expect(await exclusively(lock('b'), () => Promise.resolve('done'))).toBe('done');
  });

  it('is named without its process where that is suspended', async () => {
    const holder = start('h', "exclusively(props, async () => { console.log('has it'); await pause(60_000); });");
    await once(holder.stdout!, 'data');
    holder.kill('SIGSTOP');
    const holders: unknown[] = [];
    const waiting = (one: unknown) => {
      holders.push(one);
      holder.kill('SIGKILL');
    };
    expect(await exclusively({ ...lock('h'), waiting }, () => Promise.resolve('done'))).toBe('done');
    expect(holders).toEqual([undefined]);
  }, 30_000);

  it('is not had by what its process started', async () => {
    const program =
      "console.log(require('node:child_process').spawn('sleep', ['60'], { detached: true }).pid); process.exit()";
    const holder = start('c', `exclusively(props, async () => { ${program} });`);
    const [child] = (await once(holder.stdout!, 'data')) as [Buffer];
    try {
      expect(await exclusively(lock('c'), () => Promise.resolve('done'))).toBe('done');
    } finally {
      process.kill(Number(child));
    }
  });

  it('is had by one of many that take it at once, some of which are killed', async () => {
    writeFileSync(join(folder, 'count'), '0');
    const count = `
      const before = Number(fs.readFileSync('count', 'utf8'));
      fs.mkdirSync('inside');
      await pause(5);
      fs.rmdirSync('inside');
      fs.writeFileSync('count', String(before + 1));`;
    const rounds = `(async () => { for (let i = 0; i < 5; i++) await exclusively(props, async () => { ${count} }); })();`;
    const killed = 'exclusively(props, async () => process.kill(process.pid, "SIGKILL"));';
    const children = Array.from({ length: 6 }, (_, i) => start('d', i % 3 === 0 ? killed : rounds));
    const codes = await Promise.all(children.map(async (child) => ((await once(child, 'exit')) as [number | null])[0]));
    expect(codes).toEqual([null, 0, 0, null, 0, 0]);
    expect(readFileSync(join(folder, 'count'), 'utf8')).toBe('20');
  }, 30_000);

  it('of another name is not waited for', async () => {
    await exclusively(lock('e'), () => exclusively(lock('f'), () => Promise.resolve()));
  });

  it('is free after work that fails', async () => {
    await expect(exclusively(lock('g'), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await exclusively(lock('g'), () => Promise.resolve('next'))).toBe('next');
  });
});
