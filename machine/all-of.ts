import { FleetError } from '../model';

/**
 * Waits until every promise is settled, so that nothing runs on after a failure.
 *
 * @throws FleetError with the problems of every one that failed, each problem once
 */
export async function allOf(works: Iterable<Promise<void>>): Promise<void> {
  const ended = await Promise.allSettled(works);
  const rejected = ended.filter((result) => result.status === 'rejected');
  const failures = new Set(rejected.map(({ reason }) => reason as unknown));
  const foreseen = [...failures].filter((failure) => failure instanceof FleetError);
  if (foreseen.length < failures.size) throw new AggregateError(failures);
  if (foreseen.length > 0) throw new FleetError(...foreseen.flatMap(({ problems }) => problems));
}
