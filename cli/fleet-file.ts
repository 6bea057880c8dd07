import type { Fleet } from '../model';

/**
 * The user's fleet. It is loaded when a command needs it, so that a mistake in it is said as the command's own.
 *
 * @throws FleetError when `fleet.ts` has a mistake.
 */
export function loadFleet(): Fleet {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require('../fleet') as typeof import('../fleet')).default;
}
