import { setTimeout as sleep } from 'node:timers/promises';
import { FleetError } from '../model';
import { apiError } from './api-error';

/** A condition to wait for. */
export interface WaitProps {
  /** The place in the error: `cluster dev`. */
  readonly place: string;
  /** How long to wait at most, in ms. */
  readonly timeout: number;
  /** How long in one go the server may not answer, or answer with errors, in ms. @default - as long as the wait lasts */
  readonly silence?: number;
  /**
   * What is missing, in short sentences; none when the wait is over.
   *
   * @param last whether the time is up: details that cost more can be looked up
   */
  readonly missing: (last: boolean) => Promise<readonly string[]>;
  /** Called with what is missing whenever that changes. */
  readonly report?: (missing: readonly string[]) => void;
  /** What to do when the time is up. */
  readonly next: string | ((missing: readonly string[]) => string);
}

/** The time is up. */
export class TimeoutError extends FleetError {}

/** The server has not answered for longer than it may. */
export class UnreachableError extends FleetError {}

/** What is missing, as one line: the first of it, and how many more there are. */
export function inOneLine([first, ...rest]: readonly string[]): string {
  return rest.length > 0 ? `${first}; ${rest.length} more` : first!;
}

/** The time between two checks, in ms. */
const interval = 300;

/**
 * Checks again and again until nothing is missing. A check that fails because a server does not answer, or answers with
 * an error, is tried again.
 *
 * @throws TimeoutError that names what is missing when the time is up, UnreachableError when the server does not answer.
 */
export async function waitUntil(props: WaitProps): Promise<void> {
  const { place, timeout, silence = Infinity, missing, report, next } = props;
  const deadline = Date.now() + timeout;
  const failure = (problem: string, still: readonly string[]) => ({
    place,
    problem,
    next: typeof next === 'string' ? next : next(still),
  });
  let before = '';
  let answered = Date.now();
  for (;;) {
    const [start, last] = [Date.now(), Date.now() > deadline];
    const { silent, still } = await check(() => missing(last));
    if (!silent) answered = start;
    if (still.length === 0) return;
    if (still.join('\n') !== before) report?.(still);
    before = still.join('\n');
    if (silent && (last || Date.now() - answered >= silence)) throw new UnreachableError(failure(still[0]!, still));
    if (last) throw new TimeoutError(failure(`not ready after ${timeout / 1000} s: ${still.join('; ')}`, still));
    await sleep(interval);
  }
}

/** @returns whether the server does not answer, and what is still missing */
async function check(
  missing: () => Promise<readonly string[]>,
): Promise<{ silent: boolean; still: readonly string[] }> {
  try {
    return { silent: false, still: await missing() };
  } catch (error) {
    const problem = apiError(error);
    if (!problem) throw error;
    return { silent: true, still: [`the API server does not answer as it should (${problem.reason})`] };
  }
}
