import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { sideBySide } from '../../machine/all-of';
import { membership, readCloneId } from '../../machine/clone';
import { writePrivateFile } from '../../machine/files';
import {
  type Checkpoint,
  checkpoint,
  copiedBackend,
  copyCheckpoint,
  noteBackend,
  stackNames,
  stateIn,
  stateUrl,
} from '../../machine/pulumi-state';
import { cloneOutput, FleetError, localPaths } from '../../model';
import { exported, joinThatFleet, pulumi } from './pulumi';

/** A backend elsewhere that keeps Pulumi's state. This clone has a copy of it, in the folder that has the state otherwise. */
export class Backend {
  private copied: Promise<void> | undefined;

  /** @param directory the folder of the clone's local files */
  constructor(
    readonly url: string,
    private readonly directory: string,
  ) {}

  /**
   * Copies the state of every stack, once in a process.
   *
   * @throws FleetError when the backend does not answer, or has the state of another fleet
   */
  copy(): Promise<void> {
    return (this.copied ??= this.copyAll());
  }

  /** Copies the state of a stack again: Pulumi has changed it. */
  async copyStack(stack: string): Promise<void> {
    copyCheckpoint(this.state, stack, await stateOf(this.address, stack));
  }

  /** Removes the copy of a stack that Pulumi has forgotten. */
  forget(stack: string): void {
    copyCheckpoint(this.state, stack, undefined);
  }

  private get address(): string {
    return stateUrl({ type: 'backend', url: this.url, secretsProvider: '' });
  }

  private get state(): string {
    return stateIn(this.directory);
  }

  private async copyAll(): Promise<void> {
    const before = stackNames(this.state);
    const stacks = await stacksAt(this.address);
    if (stacks.length === 0) this.refuseEmpty();
    if (stacks.length > 0 && readCloneId(this.directory) === undefined) throw anothers(this.url);
    const states = await statesAt(this.address, stacks);
    refuseAnothers(this.url, readCloneId(this.directory), states);
    for (const [index, stack] of stacks.entries()) {
      copyCheckpoint(this.state, stack, states[index]);
      this.restoreConfig(stack, states[index]!);
    }
    for (const stack of before.filter((name) => !stacks.includes(name))) this.forget(stack);
    if (copiedBackend(this.state) !== this.url) noteBackend(this.state, this.url);
  }

  /** In a clone that has joined: the fleet is there, and a backend that knows nothing of it is not its own. */
  private refuseEmpty(): void {
    const joined = membership(this.directory);
    if (!joined) return;
    throw new FleetError({
      place: `Pulumi's state at ${this.url}`,
      problem: 'it is empty, and this clone has joined a fleet that was brought up',
      next:
        `Run \`npm run fleet -- state move\` in the first clone, in ${joined.home}, first. If the fleet was removed there, ` +
        `remove ${this.directory} to bring up a new one from here`,
    });
  }

  /** A stack that another clone has made has no configuration here, and Pulumi would begin another encryption. */
  private restoreConfig(stack: string, state: Checkpoint): void {
    const file = join(this.directory, localPaths.stackConfig(stack));
    const { salt, url, encryptedkey } = state.secrets_providers?.state ?? {};
    if (existsSync(file) || (!salt && !url)) return;
    writePrivateFile(file, stringify(salt ? { encryptionsalt: salt } : { secretsprovider: url, encryptedkey }));
  }
}

/** The fleet's stacks in a backend. */
export async function stacksAt(url: string): Promise<string[]> {
  const listed = JSON.parse(await pulumi(['stack', 'ls', '--json'], { url })) as { readonly name: string }[];
  // Pulumi's own service may put the organization in front.
  return listed.map(({ name }) => name.split('/').at(-1)!);
}

/** What a backend has of stacks. */
export function statesAt(url: string, stacks: readonly string[]): Promise<Checkpoint[]> {
  return sideBySide(stacks, (stack) => stateOf(url, stack));
}

async function stateOf(url: string, stack: string): Promise<Checkpoint> {
  return (await exported(url, stack)).deployment ?? {};
}

/** The ids of the clones that brought up what a state knows. */
function clonesOf({ resources = [] }: Checkpoint): string[] {
  const outputs = resources.filter(({ type }) => type === 'pulumi:pulumi:Stack').map((stack) => stack.outputs ?? {});
  return outputs.map((output) => output[cloneOutput]).filter((clone) => typeof clone === 'string');
}

/** @throws FleetError when another fleet than that of the clone brought up one of the states */
export function refuseAnothers(url: string, clone: string | undefined, states: readonly Checkpoint[]): void {
  if (states.flatMap(clonesOf).some((owner) => owner !== clone)) throw anothers(url);
}

function anothers(url: string): FleetError {
  return new FleetError({
    place: `Pulumi's state at ${url}`,
    problem: 'it is of a fleet that this clone has not joined',
    next: joinThatFleet,
  });
}

/**
 * Refuses to work on a state that is not where `fleet.ts` has it. A copy without any resource is removed.
 *
 * @param url of the backend in `fleet.ts`; undefined where the state is in this clone's folder
 * @throws FleetError when it is elsewhere
 */
export function settleState(url: string | undefined, directory: string): void {
  const state = stateIn(directory);
  const next = join(directory, localPaths.nextState);
  // A move into the folder was stopped between its two last steps.
  if (!existsSync(state) && existsSync(next)) renameSync(next, state);
  const known = stackNames(state).some((stack) => (checkpoint(state, stack)?.resources ?? []).length > 0);
  const former = copiedBackend(state);
  if (url === undefined && !known) refuseWithoutState(directory);
  if (former === url) return;
  if (!known) return former === undefined ? undefined : rmSync(state, { recursive: true });
  throw new FleetError({
    place: 'state',
    problem: `fleet.ts has it at ${placeOf(url)}, and Pulumi's state of this fleet is at ${placeOf(former)}`,
    next: 'Run `npm run fleet -- state move`, which moves it and keeps the old one aside; or set the former `state` again',
  });
}

/** A clone that has joined shares a backend; without one, the state is in the first clone alone. */
function refuseWithoutState(directory: string): void {
  const joined = membership(directory);
  if (!joined) return;
  throw new FleetError({
    place: 'state',
    problem: `this clone has joined the fleet, and Pulumi's state is in the first clone, in ${joined.home}`,
    next:
      "Run this there. For every clone to do so, set `state: backendState('s3://…')` in fleet.ts, and run " +
      '`npm run fleet -- state move` there; until then push, status, diff and explain work here',
  });
}

/** A place of state in words. */
export function placeOf(url: string | undefined): string {
  return url ?? "this clone's .fleet/state";
}
