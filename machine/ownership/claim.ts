import { isDeepStrictEqual } from 'node:util';

import { FleetError, labelledOwner, type Owner, ownerLabels, ownerVolume } from '../../model';
import { clonePath } from '../clone';
import { docker, inspect } from './engine';

/**
 * Records in Docker that the fleet belongs to a clone.
 *
 * @param former what is recorded now
 * @throws FleetError when another clone does the same at this moment, and was first
 */
export async function claimFleet(owner: Owner, former: Owner | undefined): Promise<void> {
  const name = ownerVolume({ name: owner.fleet });
  const wanted = ownerLabels(owner);
  if (former && isDeepStrictEqual(ownerLabels(former), wanted)) return;
  // Labels cannot be changed. Until there is a volume again, the marks on the objects name the owner.
  if (former) await docker('volume', 'rm', name);
  const labels = Object.entries(wanted).flatMap(([label, value]) => ['--label', `${label}=${value}`]);
  // If there is a volume of that name, Docker keeps it as it is.
  await docker('volume', 'create', ...labels, name);
  const [volume] = await inspect<{ readonly Labels: Readonly<Record<string, string>> | null }>('volume', [name]);
  const holder = labelledOwner(volume?.Labels);
  if (holder?.clone === owner.clone) return;
  throw new FleetError({
    place: `fleet ${owner.fleet}`,
    problem: `another clone, in ${clonePath(holder?.directory ?? '')}, is bringing it up at the same time`,
    next: 'Work on the fleet from there, or give this one another name in fleet.ts',
  });
}

/** Removes the record. */
export async function releaseClaim(fleet: string): Promise<void> {
  await docker('volume', 'rm', '--force', ownerVolume({ name: fleet }));
}
