import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { programName } from '../model/names';

const { FLUX_FLEET_DIRECTORY, FLUX_FLEET_CACHE, XDG_CACHE_HOME } = process.env;

/** The clone that has this file. */
export const repositoryRoot = resolve(__dirname, '..');

/** The files and folders at the top of a clone that are the user's. Everything else is the tool's. */
export const userPaths = [
  'fleet.ts',
  'images.json',
  'versions.json',
  'charts',
  'deploy',
  'tenants',
  'secrets',
  '.sops.yaml',
  'manifests',
] as const;

/** What the fleet keeps on this machine: state, keys, kubeconfigs. Never in Git. */
export const fleetDirectory = resolve(FLUX_FLEET_DIRECTORY || join(repositoryRoot, '.fleet'));

/** A path in the fleet's folder on this machine: the model names them all, in `localPaths`. */
export function localPath(path: string): string {
  return join(fleetDirectory, path);
}

/** The user's home. A user that the system does not know has the fleet's folder. */
export function homeDirectory(): string {
  if (process.env['HOME']) return process.env['HOME'];
  try {
    return userInfo().homedir;
  } catch {
    return join(fleetDirectory, 'home');
  }
}

/** Downloads and builds, shared by every clone of this user. It may be deleted at any time, which costs time only. */
export const cacheDirectory = resolve(
  FLUX_FLEET_CACHE || join(XDG_CACHE_HOME || join(homeDirectory(), '.cache'), programName),
);
