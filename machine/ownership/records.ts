import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { localPaths } from '../../model';
import { fleetDirectory } from '../paths';
import { writePrivateFile } from '../files';

/** The file that exists while a run creates a kind cluster: by it a later run recognizes one that is not complete. */
export function intentFile(kindCluster: string, directory = fleetDirectory): string {
  return join(directory, localPaths.making(kindCluster));
}

export function adoptedIds(directory = fleetDirectory): string[] {
  const path = join(directory, localPaths.adopted);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as string[]) : [];
}

export function recordAdopted(ids: readonly string[], directory = fleetDirectory): void {
  const all = new Set([...adoptedIds(directory), ...ids]);
  writePrivateFile(join(directory, localPaths.adopted), `${JSON.stringify([...all], undefined, 2)}\n`);
}
