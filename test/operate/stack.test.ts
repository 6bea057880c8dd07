import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FakePulumi } from '../fakes/pulumi';
import { Stack } from '../../operate/stack';
import type { FleetError } from '../../model';

let state: string;
let pulumi: FakePulumi;
const report = vi.fn<(doing: string) => void>();
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'stack-'));
  pulumi = new FakePulumi(state);
  report.mockReset();
});
afterEach(() => rmSync(state, { recursive: true, force: true, maxRetries: 9 }));

const open = () => Stack.open({ name: 'dev', project: '/project', state, report });
const problems = async (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('it was to fail'),
    (error: FleetError) => error.problems,
  );

describe('a stack', () => {
  it('does what it is asked for, and reports in few words what Pulumi changes', async () => {
    const stack = await open();
    await stack.up();
    await stack.refresh();
    await stack.destroy();
    await stack.remove();
    expect(pulumi.operations).toEqual(['up dev', 'refresh dev', 'destroy dev', 'remove dev']);
    expect(report.mock.calls.flat()).toEqual(['create Container thing-of-dev', 'delete Container thing-of-dev']);
    expect(pulumi.stacks).toEqual([]);
  });

  it('says which operation failed and why, each reason once, without the marks of colour', async () => {
    pulumi.failures.set('up dev', ['<{%fg 1%}>error: port is taken<{%reset%}>', 'error: port is taken']);
    expect(await problems((await open()).up())).toEqual([
      {
        place: 'stack dev',
        problem: 'pulumi up failed: error: port is taken',
        next: expect.stringMatching(/run the same command again/) as string,
      },
    ]);
  });

  it('says what Pulumi threw where the engine gave no reason', async () => {
    pulumi.effects.set('up dev', () => Promise.reject(new Error('spawn pulumi ENOENT')));
    expect((await problems((await open()).up()))[0]!.problem).toContain('spawn pulumi ENOENT');
  });

  it('has the resources that Pulumi has noted last', async () => {
    pulumi.deployment('dev').resources = [{ urn: 'a', type: 't' }];
    const stack = await open();
    expect(stack.resources()).toHaveLength(1);
    pulumi.effects.set('up dev', () => {
      pulumi.deployment('dev').resources = [];
      return Promise.resolve();
    });
    await stack.up();
    expect(stack.resources()).toEqual([]);
  });

  it('adopts what is there already', async () => {
    await (await open()).adopt('docker:index/network:Network', 'network', 'id');
    expect(pulumi.operations).toEqual(['import dev network=id']);
  });
});

describe('a stack whose state cannot be read', () => {
  it.each(['', '{"version": 3, "checkpoint"'])('(%j) is refused with the file that is a copy of it', async (text) => {
    const file = join(state, '.pulumi', 'stacks', 'flux-fleet', 'dev.json');
    pulumi.save('dev');
    writeFileSync(file, text);
    const [problem] = await problems(open());
    expect(problem).toMatchObject({ place: 'stack dev' });
    expect(problem!.problem).toContain('JSON');
    expect(problem!.next).toContain(`cp ${file}.bak ${file}`);
  });
});

describe('a stack whose last run was killed', () => {
  it('is not held up where nothing was left behind', async () => {
    await (await open()).recover();
    expect(pulumi.operations).toEqual([]);
  });

  it.each([
    ['is dead', () => spawnSync('true').pid],
    ['is dead, and whose number another process has', () => 1],
  ])('loses the lock of a process that %s', async (_, pid) => {
    pulumi.lock('dev', pid());
    await (await open()).recover();
    expect(pulumi.operations).toEqual(['cancel dev']);
    expect(existsSync(join(state, '.pulumi/locks/organization/flux-fleet/dev'))).toBe(false);
  });

  it('waits for the process that holds the lock while it lives, and says so', async () => {
    symlinkSync('/bin/sleep', join(state, 'pulumi'));
    const holder = spawn(join(state, 'pulumi'), ['60']);
    pulumi.lock('dev', holder.pid!);
    const recovered = (await open()).recover();
    await expect.poll(() => report.mock.calls.flat()).toEqual([expect.stringContaining(`process ${holder.pid}`)]);
    expect(pulumi.operations).toEqual([]);
    holder.kill();
    await recovered;
    expect(pulumi.operations).toEqual(['cancel dev']);
  });

  it('looks at what is really there where an operation was not finished', async () => {
    pulumi.deployment('dev').pending_operations = [{ type: 'creating' }];
    await (await open()).recover();
    expect(pulumi.operations).toEqual(['refresh dev']);
  });
});
