import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { fleetDirectory } from '../paths';
import { writePrivateFile } from '../private-file';

/** The file by which a run says that it is about to make a cluster: one that is half made is known by it. */
export function intentFile(cluster: string, directory = fleetDirectory): string {
  return join(directory, 'making', cluster);
}

/** Whether a run of this clone began to make the cluster and did not end it. */
export function isIntended(cluster: string, directory = fleetDirectory): boolean {
  return existsSync(intentFile(cluster, directory));
}

const file = 'adopted.json';

/** The ids of what this clone has taken over. */
export function adoptedIds(directory = fleetDirectory): string[] {
  const path = join(directory, file);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as string[]) : [];
}

/** Records that these were taken over. */
export function recordAdopted(ids: readonly string[], directory = fleetDirectory): void {
  const all = new Set([...adoptedIds(directory), ...ids]);
  writePrivateFile(join(directory, file), `${JSON.stringify([...all], undefined, 2)}\n`);
}
