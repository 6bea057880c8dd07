import { existsSync, readdirSync, readFileSync } from 'node:fs';
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
  const resources = stacks.flatMap((name) => checkpoint(state, name)?.resources ?? []);
  const generation = ({ inputs }: StateResource) =>
    (inputs?.['environment'] as Record<string, unknown>)?.['GENERATION'];
  const ids = resources.flatMap((resource) => [resource.id, generation(resource)]);
  return { stacks, ids: new Set(ids.filter((value) => typeof value === 'string')) };
}

export function clusterStacks(state = stateDirectory): string[] {
  return stackNames(state).filter((name) => name !== repositoryStack);
}

/** The file with Pulumi's state of a stack. */
export function stateFile(state: string, stack: string): string {
  return join(stacksFolder(state), `${stack}.json`);
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

/** A resource in a stack's state. Its secrets are encrypted. */
export interface StateResource {
  readonly type: string;
  readonly urn: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** What Pulumi knows of a stack. */
export interface Checkpoint {
  readonly resources?: readonly StateResource[];
  /** What was begun and not ended, because the run was killed. */
  readonly pending_operations?: readonly unknown[];
}

/** The state of a stack, read without Pulumi; undefined where there is no such stack. @throws FleetError when it cannot be read */
export function checkpoint(state: string, stack: string): Checkpoint | undefined {
  const file = stateFile(state, stack);
  if (!existsSync(file)) return undefined;
  try {
    const text = JSON.parse(readFileSync(file, 'utf8')) as { checkpoint?: { latest?: Checkpoint } };
    return text.checkpoint?.latest ?? {};
  } catch (error) {
    throw new FleetError({
      place: `stack ${stack}`,
      problem: `Pulumi's state of it cannot be read: ${(error as Error).message}`,
      next: `Restore its backup: \`cp ${file}.bak ${file}\`, and run the same command again`,
    });
  }
}
