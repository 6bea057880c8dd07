import { availableParallelism } from 'node:os';

import { FleetError, type Problem } from '../model';

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
  if (rejected.length > 0) throw joined(rejected.map(({ reason }) => reason as unknown));
  return ended.map((result) => (result as PromiseFulfilledResult<T[number]>).value) as unknown as T;
}

/** One error for several failures: with the problems of all; or what was not foreseen, which needs its stack trace. */
export function joined(failures: readonly unknown[]): unknown {
  const different = [...new Set(failures)];
  const unforeseen = different.filter((failure) => !(failure instanceof FleetError));
  if (unforeseen.length > 0) return unforeseen.length === 1 ? unforeseen[0] : new AggregateError(unforeseen);
  return new FleetError(...folded((different as FleetError[]).flatMap(({ problems }) => problems)));
}

/** The same problem of several places as one. */
function folded(problems: readonly Problem[]): Problem[] {
  const all = new Map<unknown, Problem>();
  for (const problem of problems) {
    const key = problem.same ?? problem;
    const first = all.get(key);
    const isElsewhere = first && !first.place.split(' and ').includes(problem.place);
    all.set(key, isElsewhere ? { ...first, place: `${first.place} and ${problem.place}` } : (first ?? problem));
  }
  return [...all.values()];
}

/** Runs work on each of these side by side. @param width how many at a time: by default as many as the machine has cores */
export async function sideBySide<T, R>(
  all: readonly T[],
  work: (one: T) => Promise<R>,
  width = availableParallelism(),
): Promise<R[]> {
  const results: R[] = [];
  const left = all.entries();
  const worker = async () => {
    for (const [index, one] of left) results[index] = await work(one);
  };
  await Promise.all(Array.from({ length: Math.min(all.length, width) }, worker));
  return results;
}
