import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { FleetError, gitServerStack } from '../model';
import { fleetDirectory } from './paths';

/** The folder of Pulumi's state. */
export const stateDirectory = join(fleetDirectory, 'state');

/** The project's name in `Pulumi.yaml`. */
export const projectName = 'flux-fleet';

/** Where Pulumi keeps the state of each stack, as `<name>.json`. */
export function stacksFolder(state: string): string {
  return join(state, '.pulumi', 'stacks', projectName);
}

/** What Pulumi's state proves of who made a thing. */
export interface StateEvidence {
  /** The stacks that there are. */
  readonly stacks: readonly string[];
  /** The ids of what was made in Docker, and the generations of clusters. */
  readonly ids: ReadonlySet<string>;
}

/** Reads every stack's state, without Pulumi. @throws FleetError where a state cannot be read */
export function stateEvidence(state = stateDirectory): StateEvidence {
  const stacks = stackNames(state);
  return { stacks, ids: new Set(stacks.flatMap((name) => resourcesOf(state, name).flatMap(idsOf))) };
}

/** The stacks that clusters were made as. */
export function clusterStacks(state = stateDirectory): string[] {
  return stackNames(state).filter((name) => name !== gitServerStack);
}

function stackNames(state: string): string[] {
  try {
    const files = readdirSync(stacksFolder(state));
    return files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

interface Resource {
  readonly id?: string;
  readonly inputs?: { readonly environment?: { readonly GENERATION?: string } };
}

function resourcesOf(state: string, stack: string): Resource[] {
  const file = join(stacksFolder(state), `${stack}.json`);
  try {
    const { checkpoint } = JSON.parse(readFileSync(file, 'utf8')) as {
      checkpoint?: { latest?: { resources?: Resource[] } };
    };
    return checkpoint?.latest?.resources ?? [];
  } catch (error) {
    throw new FleetError({
      place: `stack ${stack}`,
      problem: `the state cannot be read: ${(error as Error).message}`,
      next: `Put ${file}.bak in the place of ${file}, and run the same command again`,
    });
  }
}

function idsOf({ id, inputs }: Resource): string[] {
  return [id, inputs?.environment?.GENERATION].filter((value) => typeof value === 'string');
}
