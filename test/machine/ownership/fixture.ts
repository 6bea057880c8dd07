import { type Adopt, refuseToBringUp } from '../../../machine/ownership';
import { defineFleet, kind, type Owner } from '../../../model';
import { examineFleet, takeOverFleet } from '../../../stacks/ownership';

export const fleet = defineFleet({ clusters: { dev: kind(), prod: kind() }, apps: {}, runs: { dev: {}, prod: {} } });
export const someone: Owner = { fleet: 'flux-fleet', clone: 'c0ffee', directory: '/home/someone/infra/.fleet' };

/** Takes over for the clone with these local files. */
export function takeOver(adopt: Adopt, directory: string): Promise<string | undefined> {
  return takeOverFleet(fleet, { adopt, directory });
}

/** Who owns each object, by its name, as the clone with these local files sees it. */
export async function ownershipsFrom(directory: string): Promise<Record<string, string>> {
  const { objects } = await examineFleet(fleet, { directory });
  return Object.fromEntries(objects.map(({ name, ownership }) => [name, ownership]));
}

/** The message with which `up` of that clone is refused; undefined if it is not. */
export async function refusalFrom(directory: string): Promise<string | undefined> {
  const examination = await examineFleet(fleet, { directory });
  try {
    return void refuseToBringUp(examination);
  } catch (error) {
    return (error as Error).message;
  }
}
