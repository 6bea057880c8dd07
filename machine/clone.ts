import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { localPaths, type Owner } from '../model';
import { fleetDirectory } from './paths';
import { writePrivateFile } from './files';

/** The id of the clone whose local files are in that folder; undefined if there is none. */
export function readCloneId(directory: string): string | undefined {
  try {
    return /^[0-9a-f-]{36}$/.exec(readFileSync(join(directory, localPaths.cloneId), 'utf8').trim())?.[0];
  } catch {
    return undefined;
  }
}

/** Gives the clone another id, so that it differs from the one that its local files were copied from. */
export function renewCloneId(directory = fleetDirectory): string {
  const id = randomUUID();
  writePrivateFile(join(directory, localPaths.cloneId), `${id}\n`);
  return id;
}

/** A fleet as this clone owns it. Makes the clone's id if there is none. */
export function thisOwner(fleet: string, directory = fleetDirectory): Owner {
  return { fleet, clone: readCloneId(directory) ?? renewCloneId(directory), directory };
}

/** The path of the clone that a folder of local files belongs to. */
export function clonePath(directory: string): string {
  return directory.endsWith('/.fleet') ? dirname(directory) : directory;
}
