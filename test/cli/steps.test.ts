import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { FleetError } from '../../model';
import { Result, runSteps, type Step } from '../../cli/steps';
import { table } from '../../cli/table';
import { asCommand } from './command-line';

const problem = (place: string) => new FleetError({ place, problem: 'it failed\nbadly', next: 'Try again' });
const failing = (title: string, error: Error): Step => ({ title, run: () => Promise.reject(error) });

describe('steps', () => {
  it('run one after the other, and each shows what came of it', async () => {
    const order: string[] = [];
    const { stdout } = await asCommand(() =>
      runSteps([
        {
          title: 'First',
          run: async (report) => {
            report('halfway');
            await delay(10);
            order.push('first');
            return 'done well';
          },
        },
        { title: 'Second', run: () => Promise.resolve(void order.push('second')) },
      ]),
    );
    expect(order).toEqual(['first', 'second']);
    expect(stdout).toContain('First: halfway');
    expect(stdout).toContain('First: done well');
  });

  it('run side by side in a list', async () => {
    let arrived = 0;
    const meet = (title: string): Step => ({
      title,
      run: async () => {
        arrived++;
        await expect.poll(() => arrived).toBe(2);
      },
    });
    await asCommand(() => runSteps([[meet('a'), meet('b')]]));
    expect(arrived).toBe(2);
  });

  it('wait for what another one beside them gives', async () => {
    const result = new Result<number>();
    let got = 0;
    const asks: Step = { title: 'asks', run: async () => void (got = await result.get()) };
    const gives: Step = { title: 'gives', run: () => result.from(delay(10, 7)).then(() => undefined) };
    await asCommand(() => runSteps([[asks, gives]]));
    expect(got).toBe(7);
  });

  it('end with the error of the one that failed, and not with those that waited for it', async () => {
    const result = new Result<void>();
    const asks: Step = { title: 'asks', run: () => result.get() };
    const gives: Step = { title: 'gives', run: () => result.from(Promise.reject(problem('x'))) };
    const { stdout, stderr, exitCode } = await asCommand(() => runSteps([[asks, gives]]));
    expect(exitCode).toBe(1);
    expect(stderr.match(/Try again/g)).toHaveLength(1);
    expect(stdout + stderr).toContain('asks');
    expect(stdout + stderr).toContain('another step failed');
  });

  it('end with the problems of all that failed side by side, and run nothing after them', async () => {
    let later = false;
    const next: Step = { title: 'c', run: () => Promise.resolve(void (later = true)) };
    const both = [failing('a', problem('x')), failing('b', problem('y'))];
    const { stderr, exitCode } = await asCommand(() => runSteps([both, next]));
    expect(exitCode).toBe(1);
    expect(stderr).toContain('x: it failed\nbadly.\n  Try again.\ny: it failed\nbadly.\n  Try again.');
    expect(later).toBe(false);
  });

  it("end with an error that is not a user's as it is, so that its stack trace is shown", async () => {
    const bug = new TypeError('undefined is not a function');
    await expect(asCommand(() => runSteps([[failing('a', problem('x')), failing('b', bug)]]))).rejects.toBe(bug);
  });

  it('do nothing where there are none', async () => {
    await asCommand(() => runSteps([[]]));
  });
});

describe('a table', () => {
  it('has columns as wide as what they hold, and no blanks at the ends of lines', () => {
    const rows = [
      ['dev', 'a'],
      ['production', ''],
    ];
    expect(table(['CLUSTER', 'APP'], rows)).toBe('CLUSTER     APP\ndev         a\nproduction');
  });
});
