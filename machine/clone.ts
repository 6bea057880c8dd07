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

/** How a clone has joined a fleet that another one brought up: it has the same id, and so is no second owner. */
export interface Membership {
  /** The folder of local files that joined. A copy of it elsewhere has not. */
  readonly directory: string;
  /** The folder of the local files of the clone that brought the fleet up. */
  readonly home: string;
  /** The id of the Docker engine that has the fleet's containers. */
  readonly engine?: string;
}

/** How the clone whose local files are in that folder has joined its fleet; undefined where it has not. */
export function membership(directory = fleetDirectory): Membership | undefined {
  try {
    const joined = JSON.parse(readFileSync(join(directory, localPaths.membership), 'utf8')) as Membership;
    return joined.directory === directory ? joined : undefined;
  } catch {
    return undefined;
  }
}

/** A fleet as this clone owns it, or the one that it has joined. Makes the clone's id if there is none. */
export function thisOwner(fleet: string, directory = fleetDirectory): Owner {
  const clone = readCloneId(directory) ?? renewCloneId(directory);
  return { fleet, clone, directory: membership(directory)?.home ?? directory };
}

/** The path of the clone that a folder of local files belongs to. */
export function clonePath(directory: string): string {
  return directory.endsWith('/.fleet') ? dirname(directory) : directory;
}
