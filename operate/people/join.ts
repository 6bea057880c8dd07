import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addAgeKeys, parseAgeKeys } from '../../machine/age-key';
import { type Membership, readCloneId } from '../../machine/clone';
import { writePrivateFile } from '../../machine/files';
import { stackNames, stateIn } from '../../machine/pulumi-state';
import { FleetError, localPaths } from '../../model';
import type { Invitation } from './invitation';

/**
 * Makes a clone one of the fleet's: takes the files of an invitation. Age keys that are here stay. The membership is noted
 * last, so that a clone that was stopped in between joins again.
 *
 * @param directory the folder of the clone's local files
 * @param fleet the name in `fleet.ts`
 * @throws FleetError when the clone has a fleet of its own, or `fleet.ts` is of another one
 */
export async function joinFleet(directory: string, fleet: string, invitation: Invitation): Promise<void> {
  const { files, home, engine } = invitation;
  if (invitation.fleet !== fleet)
    throw new FleetError({
      place: 'name',
      problem: `the invitation is of the fleet ${invitation.fleet}, and fleet.ts has the fleet ${fleet}`,
      next: `Use a clone of the repository that has \`name: '${invitation.fleet}'\` in its fleet.ts`,
    });
  refuseOwnFleet(directory, invitation);
  for (const [path, text] of Object.entries(files)) {
    const file = join(directory, path);
    if (path.endsWith('.agekey')) addAgeKeys(file, await parseAgeKeys(text, path));
    else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writePrivateFile(file, text);
  }
  if (home === directory) return;
  const membership: Membership = { directory, home, ...(engine && { engine }) };
  writePrivateFile(join(directory, localPaths.membership), JSON.stringify(membership));
}

/** Nothing that a clone has brought up is lost for another fleet. */
function refuseOwnFleet(directory: string, { files }: Invitation): void {
  const own = readCloneId(directory);
  if (own === undefined || own === files[localPaths.cloneId]?.trim()) return;
  if (stackNames(stateIn(directory)).length === 0 && !existsSync(join(directory, localPaths.userKey))) return;
  throw new FleetError({
    place: directory,
    problem: 'this clone has a fleet of its own, whose keys would be lost',
    next: 'Use a fresh clone, or remove that fleet first: `npm run down -- --all`',
  });
}
