import { setTimeout as sleep } from 'node:timers/promises';

import { FleetError } from '../model';

/** A condition to wait for. */
export interface WaitProps {
  /** The place in the error: `cluster dev`. */
  readonly place: string;
  /** How long to wait at most, in ms. */
  readonly timeout: number;
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

/** The time between two checks, in ms. */
const interval = 300;
/** How long a check may take, in ms. */
const checkTimeout = 20_000;

/**
 * Checks again and again until nothing is missing. A check that fails because a server does not answer, or answers with
 * an error, is tried again.
 *
 * @throws FleetError that names what is missing when the time is up.
 */
export async function waitUntil({ place, timeout, missing, report, next }: WaitProps): Promise<void> {
  const deadline = Date.now() + timeout;
  let before = '';
  for (;;) {
    const last = Date.now() > deadline;
    const still = await check(() => missing(last));
    if (still.length === 0) return;
    if (still.join('\n') !== before) report?.(still);
    before = still.join('\n');
    if (last) {
      const problem = `not ready after ${timeout / 1000} s: ${still.join('; ')}`;
      throw new FleetError({ place, problem, next: typeof next === 'string' ? next : next(still) });
    }
    await sleep(interval);
  }
}

async function check(missing: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const timer = new AbortController();
  const late = sleep(checkTimeout, ['the API server does not answer'], { signal: timer.signal });
  late.catch(() => undefined);
  try {
    return await Promise.race([missing(), late]);
  } catch (error) {
    const reason = serverError(error);
    if (reason === undefined) throw error;
    return [`the API server does not answer as it should (${reason})`];
  } finally {
    timer.abort();
  }
}

/** What a server, or the way to it, complains of; undefined for any other error. */
function serverError(error: unknown): string | undefined {
  if (error instanceof FleetError || !(error instanceof Error)) return undefined;
  const { code, body } = error as { code?: number | string; body?: unknown };
  if (code === undefined && error.name !== 'FetchError') return undefined;
  if (typeof code !== 'number') return error.message.split('\n')[0];
  const { message } = parsed(body) as { message?: string };
  return `${code}${message ? `: ${message}` : ''}`;
}

function parsed(body: unknown): object {
  try {
    return (typeof body === 'string' ? JSON.parse(body) : body) as object;
  } catch {
    return {};
  }
}
