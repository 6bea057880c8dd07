import { setTimeout as sleep } from 'node:timers/promises';

import { expect, it } from 'vitest';

import { allOf } from '../../machine/all-of';
import { FleetError } from '../../model';

const problem = (what: string) => new FleetError({ place: 'here', problem: what, next: 'Fix it' });

it('fails only after every promise is settled', async () => {
  let slowOne = 'going on';
  const failing = Promise.reject(problem('the first'));
  const slow = sleep(20).then(() => void (slowOne = 'ended'));
  await expect(allOf([slow, failing])).rejects.toThrow('the first');
  expect(slowOne).toBe('ended');
});

it('reports every failure, and a shared one once', async () => {
  const shared = problem('the first');
  const failing = [shared, problem('the second'), shared].map((reason) => Promise.reject<void>(reason));
  const failed: unknown = await allOf(failing).catch((error: unknown) => error);
  expect((failed as FleetError).problems.map((one) => one.problem)).toEqual(['the first', 'the second']);
});
