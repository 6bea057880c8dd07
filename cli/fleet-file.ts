import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../machine/paths';
import { type Fleet, FleetError } from '../model';

/**
 * The user's fleet. It is loaded when a command needs it, so that a mistake in it is reported as the command's own.
 *
 * @throws FleetError when there is no `fleet.ts`, or it has a mistake.
 */
export function loadFleet(): Fleet {
  if (!existsSync(join(repositoryRoot, 'fleet.ts'))) {
    const next = 'Write one with `npm run fleet -- init`, or get yours back with `git checkout fleet.ts`';
    throw new FleetError({ place: 'fleet.ts', problem: `there is no fleet.ts in ${repositoryRoot}`, next });
  }
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require('../fleet') as typeof import('../fleet')).default;
}
