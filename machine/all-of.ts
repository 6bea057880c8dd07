import { availableParallelism } from 'node:os';

import { FleetError } from '../model';

/**
 * What every promise gives, in their order. Waits until all are settled, so that nothing runs on after a failure.
 *
 * @throws FleetError with the problems of every one that failed, each problem once
 */
export async function allOf<T extends readonly unknown[]>(
  works: readonly [...{ [K in keyof T]: Promise<T[K]> }] | Iterable<Promise<T[number]>>,
): Promise<T> {
  const ended = await Promise.allSettled(works as Iterable<Promise<T[number]>>);
  const rejected = ended.filter((result) => result.status === 'rejected');
  const failures = new Set(rejected.map(({ reason }) => reason as unknown));
  const foreseen = [...failures].filter((failure) => failure instanceof FleetError);
  if (foreseen.length < failures.size) throw new AggregateError(failures);
  if (foreseen.length > 0) throw new FleetError(...foreseen.flatMap(({ problems }) => problems));
  return ended.map((result) => (result as PromiseFulfilledResult<T[number]>).value) as unknown as T;
}

/** Runs work on each of these side by side, as many at a time as the machine has cores. */
export async function sideBySide<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const left = all.entries();
  const worker = async () => {
    for (const [index, one] of left) results[index] = await work(one);
  };
  await Promise.all(Array.from({ length: Math.min(all.length, availableParallelism()) }, worker));
  return results;
}
