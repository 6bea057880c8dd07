import { FleetError } from '../model';

/**
 * Waits until each has ended: nothing goes on behind the back of who waits.
 *
 * @throws FleetError with the problems of all that failed, each once
 */
export async function allOf(works: Iterable<Promise<void>>): Promise<void> {
  const ended = await Promise.allSettled(works);
  const rejected = ended.filter((result) => result.status === 'rejected');
  const failures = new Set(rejected.map(({ reason }) => reason as unknown));
  const foreseen = [...failures].filter((failure) => failure instanceof FleetError);
  if (foreseen.length < failures.size) throw new AggregateError(failures);
  if (foreseen.length > 0) throw new FleetError(...foreseen.flatMap(({ problems }) => problems));
}
