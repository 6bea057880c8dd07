import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FleetError, localPaths, projectName, repositoryStack } from '../model';
import { fleetDirectory } from './paths';

/** The folder of Pulumi's state, in the folder of a clone's local files. */
export function stateIn(directory: string): string {
  return join(directory, localPaths.state);
}

export const stateDirectory = stateIn(fleetDirectory);

/** Where Pulumi keeps the state of each stack, as `<name>.json`. */
export function stacksFolder(state: string): string {
  return join(state, '.pulumi', 'stacks', projectName);
}

/** Reads every stack's state, without Pulumi. @throws FleetError when a state cannot be read */
export function stateEvidence(state = stateDirectory): { stacks: string[]; ids: ReadonlySet<string> } {
  const stacks = stackNames(state);
  const resources = stacks.flatMap((name) => resourcesOf(state, name));
  const ids = resources.flatMap(({ id, inputs }) => [id, inputs?.environment?.GENERATION]);
  return { stacks, ids: new Set(ids.filter((value) => typeof value === 'string')) };
}

export function clusterStacks(state = stateDirectory): string[] {
  return stackNames(state).filter((name) => name !== repositoryStack);
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

type Resource = { readonly id?: string; readonly inputs?: { readonly environment?: { readonly GENERATION?: string } } };

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
      next: `Restore its backup: \`cp ${file}.bak ${file}\`, and run the same command again`,
    });
  }
}
