import { expect, it, vi } from 'vitest';

import { FleetError } from '../../model';
import { waitUntil } from '../../operate/wait';

/** Gives one answer after the other, and the last one for ever. */
const answers = (...all: readonly string[][]) => {
  let next = 0;
  return vi.fn(() => Promise.resolve(all[Math.min(next++, all.length - 1)]!));
};
const wait = (missing: () => Promise<readonly string[]>, more = {}) =>
  waitUntil({ place: 'cluster dev', timeout: 5000, next: 'Look at it', missing, ...more });

it('ends when nothing is missing', async () => {
  const missing = answers(['a', 'b'], ['b'], []);
  await wait(missing);
  expect(missing).toHaveBeenCalledTimes(3);
});

it('reports what is missing each time that it changes', async () => {
  const report = vi.fn();
  await wait(answers(['a', 'b'], ['a', 'b'], ['b'], []), { report });
  expect(report.mock.calls).toEqual([[['a', 'b']], [['b']]]);
});

it('names where, what is missing and what to do when the time is up', async () => {
  const error: unknown = await wait(answers(['a is not ready', 'b is not ready']), { timeout: 10 }).catch(
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(FleetError);
  expect((error as FleetError).problems).toEqual([
    { place: 'cluster dev', problem: 'not ready after 0.01 s: a is not ready; b is not ready', next: 'Look at it' },
  ]);
});

it('ends at once when a look fails', async () => {
  const missing = vi.fn(() => Promise.reject(new FleetError({ place: 'x', problem: 'it is over', next: 'Stop' })));
  await expect(wait(missing)).rejects.toThrow('it is over');
  expect(missing).toHaveBeenCalledTimes(1);
});

it.each([
  Object.assign(new Error('HTTP-Code: 500'), { code: 500, body: '{"message":"etcd is down"}' }),
  Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:6443'), { code: 'ECONNREFUSED' }),
  Object.assign(new Error('The operation was aborted.'), { name: 'AbortError' }),
])('looks again after an error of the server: $message', async (error) => {
  const missing = vi.fn(() => Promise.resolve([] as string[])).mockRejectedValueOnce(error);
  await wait(missing);
  expect(missing).toHaveBeenCalledTimes(2);
});

it('ends at once when a look fails by a mistake of ours', async () => {
  await expect(wait(() => Promise.reject(new TypeError('x is undefined')))).rejects.toThrow('x is undefined');
});
