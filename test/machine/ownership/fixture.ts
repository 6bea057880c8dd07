import { examine, refuseToBringUp } from '../../../machine/ownership';
import { defineFleet, kind, type Owner } from '../../../model';

export const fleet = defineFleet({ clusters: { dev: kind(), prod: kind() }, apps: {}, runs: { dev: {}, prod: {} } });
export const someone: Owner = { fleet: 'flux-fleet', clone: 'c0ffee', directory: '/home/someone/infra/.fleet' };

/** Whose each thing is, by its name, as the clone with these local files sees it. */
export async function verdictsFrom(directory: string): Promise<Record<string, string>> {
  const { things } = await examine(fleet, { directory });
  return Object.fromEntries(things.map(({ name, verdict }) => [name, verdict]));
}

/** What `up` of that clone is told; undefined when it may go on. */
export async function refusalFrom(directory: string): Promise<string | undefined> {
  const examination = await examine(fleet, { directory });
  try {
    return void refuseToBringUp(examination);
  } catch (error) {
    return (error as Error).message;
  }
}
