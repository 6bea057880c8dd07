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
