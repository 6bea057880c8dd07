import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { FleetError, type FleetState, localPaths, projectName, repositoryStack } from '../model';
import { writePrivateFile } from './files';
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

/** The stacks whose state is in a folder. */
export function stackNames(state: string): string[] {
  try {
    const files = readdirSync(stacksFolder(state));
    return files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The address by which Pulumi finds its state. @param directory the folder of the clone's local files */
export function stateUrl(state: FleetState, directory = fleetDirectory): string {
  if (state.type === 'file') return folderUrl(stateIn(directory));
  return state.url.startsWith('file://') ? folderUrl(decodeURIComponent(state.url.slice('file://'.length))) : state.url;
}

/**
 * Pulumi needs an absolute path, which it decodes. It writes its state atomically, but not the `.attrs` beside each file: a
 * process that is killed there leaves a state that cannot be read. So there are none.
 */
export function folderUrl(folder: string): string {
  return `file://${folder.replaceAll('%', '%25').replaceAll('#', '%23').replaceAll('?', '%3F')}?metadata=skip`;
}

/** The address of the backend whose state a folder has a copy of; undefined where the folder is the state itself. */
export function copiedBackend(state: string): string | undefined {
  const file = join(state, backendFile);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Notes that a folder has a copy of a backend's state. */
export function noteBackend(state: string, url: string): void {
  writePrivateFile(join(state, backendFile), url);
}

const backendFile = 'backend';

/** Copies what a backend has of a stack, as a file of Pulumi's would have it; without it, the copy is removed. */
export function copyCheckpoint(state: string, stack: string, latest: Checkpoint | undefined): void {
  const file = stateFile(state, stack);
  if (latest) writePrivateFile(file, JSON.stringify({ version: 3, checkpoint: { latest } }));
  else rmSync(file, { force: true });
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
  /** What encrypted its secrets, without the passphrase or the key. */
  readonly secrets_providers?: { readonly type: string; readonly state?: Readonly<Record<string, string>> };
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
