import { setTimeout as sleep } from 'node:timers/promises';

import { FleetError } from '../model';

/** A condition to wait for. */
export interface WaitProps {
  /** The place in the error: `cluster dev`. */
  readonly place: string;
  /** How long to wait at most, in ms. */
  readonly timeout: number;
  /** What is missing, in short sentences; none when the wait is over. */
  readonly missing: () => Promise<readonly string[]>;
  /** Called with what is missing whenever that changes. */
  readonly report?: (missing: readonly string[]) => void;
  /** What to do when the time is up. */
  readonly next: string;
}

/** The time between two checks, in ms. */
const interval = 300;

/**
 * Checks again and again until nothing is missing.
 *
 * @throws FleetError that names what is missing when the time is up.
 */
export async function waitUntil({ place, timeout, missing, report, next }: WaitProps): Promise<void> {
  const deadline = Date.now() + timeout;
  let before = '';
  for (;;) {
    const still = await missing();
    if (still.length === 0) return;
    if (still.join('\n') !== before) report?.(still);
    before = still.join('\n');
    if (Date.now() > deadline) {
      throw new FleetError({ place, problem: `not ready after ${timeout / 1000} s: ${still.join('; ')}`, next });
    }
    await sleep(interval);
  }
}
