import { isDeepStrictEqual } from 'node:util';
import { cloneLabel, FleetError, fleetLabel, labelledOwner, type Owner, ownerLabels, ownerVolume } from '../../model';
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

/** The fleets of other names that are recorded as this clone's: it had them, and fleet.ts has another name now. */
export async function otherFleets({ fleet, clone }: Owner): Promise<Owner[]> {
  const args = ['volume', 'ls', '--filter', `label=${cloneLabel}=${clone}`, '--format', '{{.Name}}'];
  const names = (await docker(...args)).split('\n').filter((name) => name.endsWith(ownerVolume({ name: '' })));
  const volumes = await inspect<{ readonly Name: string; readonly Labels: Record<string, string> }>('volume', names);
  const owners = volumes.map(({ Labels }) => labelledOwner(Labels)).filter((owner) => owner !== undefined);
  return owners.filter((owner) => owner.fleet !== fleet);
}

/** Removes everything in Docker that has the marks of this owner; with the volumes, the record goes last. */
export async function removeMarked({ fleet, clone }: Owner): Promise<void> {
  const marked = [fleet, clone].flatMap((value, i) => ['--filter', `label=${[fleetLabel, cloneLabel][i]}=${value}`]);
  const remove = async (kind: string, list: readonly string[], options: readonly string[]) => {
    const found = (await docker(kind, 'ls', ...list, ...marked)).split('\n').filter(Boolean);
    if (found.length > 0) await docker(kind, 'rm', ...options, ...found);
  };
  await remove('container', ['--all', '--format', '{{.ID}}'], ['--force', '--volumes']);
  await remove('network', ['--format', '{{.Name}}'], []);
  await remove('volume', ['--format', '{{.Name}}'], ['--force']);
}
