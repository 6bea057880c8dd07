import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { Owner } from '../model';
import { fleetDirectory } from './paths';
import { writePrivateFile } from './private-file';

const file = 'clone-id';

/** The id of the clone whose local files are in that folder; undefined where there is none. */
export function readCloneId(directory: string): string | undefined {
  try {
    return /^[0-9a-f-]{36}$/.exec(readFileSync(join(directory, file), 'utf8').trim())?.[0];
  } catch {
    return undefined;
  }
}

/** Gives the clone another id: it is told from the one that its local files were copied from. */
export function renewCloneId(directory = fleetDirectory): string {
  const id = randomUUID();
  writePrivateFile(join(directory, file), `${id}\n`);
  return id;
}

/** A fleet as this clone owns it. Makes the clone's id where there is none. */
export function thisOwner(fleet: string, directory = fleetDirectory): Owner {
  return { fleet, clone: readCloneId(directory) ?? renewCloneId(directory), directory };
}

/** The clone that a folder of local files belongs to, as people know it. */
export function clonePath(directory: string): string {
  return directory.endsWith('/.fleet') ? dirname(directory) : directory;
}
