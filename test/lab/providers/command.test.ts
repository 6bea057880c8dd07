import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commandProvider } from '../../../lab/providers/command/provider';
import { Engine, secret, UNKNOWN } from './client';

const type = 'command:local:Command';
const quiet = { logging: 'none' };
let engine: Engine;
let folder: string;

beforeEach(async () => {
  engine = await Engine.start(commandProvider());
  folder = mkdtempSync(join(tmpdir(), 'command-'));
});
afterEach(() => engine.stop());

describe('a command', () => {
  test('gives what it printed, without the last newline', async () => {
    const { outputs } = await engine.create(type, { ...quiet, create: 'echo out; echo err >&2' });
    expect(outputs).toMatchObject({ stdout: 'out', stderr: 'err' });
  });

  test('reads its standard input, environment, folder and interpreter', async () => {
    const inputs = {
      ...quiet,
      create: 'process.stdin.pipe(process.stdout); console.error(process.env.WHO, process.cwd())',
      interpreter: [process.execPath, '-e'],
      stdin: 'given',
      environment: { WHO: 'me' },
      dir: folder,
    };
    const { outputs } = await engine.create(type, inputs);
    expect(outputs).toMatchObject({ stdout: 'given', stderr: `me ${folder}` });
  });

  test('is not run in a preview, and prints what is not known yet', async () => {
    const inputs = { ...quiet, create: `touch ${folder}/ran` };
    const { outputs } = await engine.create(type, inputs, { preview: true });
    expect(outputs.stdout).toBe(UNKNOWN);
    expect(() => readFileSync(`${folder}/ran`)).toThrow();
  });

  test('runs create again when there is no update', async () => {
    const made = await engine.create(type, { ...quiet, create: 'echo a' });
    expect((await engine.update(type, made, { ...quiet, create: 'echo b' })).outputs.stdout).toBe('b');
  });

  test('gives the previous output to update', async () => {
    const made = await engine.create(type, { ...quiet, create: 'echo a', update: 'echo was $PULUMI_COMMAND_STDOUT' });
    expect((await engine.update(type, made, made.inputs)).outputs.stdout).toBe('was a');
    const silent = { ...made.inputs, addPreviousOutputInEnv: false };
    expect((await engine.update(type, made, silent)).outputs.stdout).toBe('was');
  });

  test('runs delete when it is deleted', async () => {
    const made = await engine.create(type, { ...quiet, create: 'echo a', delete: `echo gone > ${folder}/log` });
    await engine.delete(type, made);
    expect(readFileSync(`${folder}/log`, 'utf8')).toBe('gone\n');
  });

  test('fails with the end of its errors', async () => {
    const creation = engine.create(type, { ...quiet, create: 'echo this is why >&2; exit 3' });
    await expect(creation).rejects.toThrow(/exit status 3\nthis is why/);
  });

  test('is stopped with its child processes when the user interrupts', async () => {
    const creation = engine.create(type, { ...quiet, create: `sleep 30 & echo $! > ${folder}/pid; wait` });
    const failure = expect(creation).rejects.toThrow(/interrupted/);
    await expect.poll(() => pidIn(folder), { interval: 20 }).toBeGreaterThan(0);
    await engine.cancel();
    await failure;
    const child = pidIn(folder);
    await expect.poll(() => isRunning(child), { interval: 20 }).toBe(false);
  });
});

describe('the secrets of a command', () => {
  test('make the output secret', async () => {
    const inputs = { ...quiet, create: 'cat', stdin: secret('hunter2-hunter2') };
    const { outputs } = await engine.create(type, inputs);
    expect(outputs.stdout).toEqual(secret('hunter2-hunter2'));
    expect(outputs.stdin).toEqual(secret('hunter2-hunter2'));
    expect(outputs.create).toBe('cat');
  });

  test('are removed from errors', async () => {
    const inputs = { ...quiet, create: 'echo "bad $P" >&2; exit 1', environment: { P: secret('hunter2-hunter2') } };
    const failure = await engine.create(type, inputs).catch((error: Error) => error.message);
    expect(failure).toContain('bad [secret]');
    expect(failure).not.toContain('hunter2');
  });
});

describe('a change', () => {
  const state = { id: 'x', inputs: { create: 'a', triggers: ['1'] }, outputs: {} };

  test('of a trigger replaces', async () => {
    const diff = await engine.diff(type, state, { create: 'a', triggers: ['2'] });
    expect(diff).toMatchObject({ changes: true, replaces: ['triggers'], detailed: { 'triggers[0]': 5 } });
  });

  test('of the command updates', async () => {
    const diff = await engine.diff(type, state, { create: 'b', triggers: ['1'] });
    expect(diff).toMatchObject({ changes: true, replaces: [], detailed: { create: 4 } });
  });

  test('is not reported when there is none', async () => {
    expect(await engine.diff(type, state, state.inputs)).toMatchObject({ changes: false, detailed: {} });
  });
});

test('a field or type that is not supported is refused by name', async () => {
  const { failures } = await engine.check(type, { create: 'a', assetPaths: ['*'] });
  expect(failures).toEqual([expect.stringContaining('does not support the field assetPaths')]);
  await expect(engine.create('command:remote:Command', {})).rejects.toThrow(/command:remote:Command/);
});

function pidIn(where: string): number {
  try {
    return Number(readFileSync(`${where}/pid`, 'utf8'));
  } catch {
    return 0;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
