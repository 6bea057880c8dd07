import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readCloneId, renewCloneId } from '../../machine/clone';
import { checkpoint, copiedBackend, folderUrl, stackNames, stateIn, stateUrl } from '../../machine/pulumi-state';
import { FleetError, type FleetState, localPaths } from '../../model';
import { Backend, placeOf, refuseAnothers, stacksAt, statesAt } from './backend';
import { type Export, exported, pulumi } from './pulumi';

export interface MoveProps {
  /** The folder of the clone's local files. */
  readonly directory: string;
  /** Where the state is to be. */
  readonly to: FleetState;
  readonly report: (doing: string) => void;
}

/** What was done, and where the old state is. */
export interface Moved {
  readonly stacks: readonly string[];
  readonly from: string;
  /** The folder that has it; undefined where another clone had moved the state before. */
  readonly aside?: string;
}

/**
 * Moves Pulumi's state to where `fleet.ts` has it: each stack is exported, imported there, and compared. Only then the old
 * one is set aside. What was stopped is done again from the beginning.
 *
 * @returns undefined where the state is there already, and encrypted as it is to be
 * @throws FleetError when a backend does not answer, or has another fleet's state
 */
export async function moveState({ directory, to, report }: MoveProps): Promise<Moved | undefined> {
  const state = stateIn(directory);
  const former = copiedBackend(state);
  if (former === (to.type === 'file' ? undefined : to.url)) return changeProvider({ directory, to, report });
  const next = join(directory, localPaths.nextState);
  const [from, target] = [
    former === undefined ? folderUrl(state) : stateUrl({ ...to, type: 'backend', url: former }),
    to.type === 'file' ? folderUrl(next) : stateUrl(to),
  ];
  if (to.type === 'file') mkdirSync(next, { recursive: true });
  const stacks = former === undefined ? stackNames(state) : await stacksAt(from);
  if (former === undefined && stacks.length === 0) return undefined;
  const there = await stacksAt(target);
  // A fleet of an earlier version may have no id yet.
  const clone = readCloneId(directory) ?? (former === undefined ? renewCloneId(directory) : undefined);
  refuseAnothers(target, clone, await statesAt(target, there));
  if (stacks.length === 0 && there.length === 0 && stackNames(state).length > 0) throw lost(from, target);
  for (const stack of stacks) {
    report(`moving ${stack}`);
    await moveStack(stack, { from, target, isThere: there.includes(stack), secretsProvider: to.secretsProvider });
  }
  if (former !== undefined)
    for (const stack of stacks)
      await pulumi(['stack', 'rm', stack, '--yes', '--force', '--preserve-config'], { url: from });
  const aside = setAside(directory, state);
  if (to.type === 'file') renameSync(next, state);
  else await new Backend(to.url, directory).copy();
  return { stacks, from: placeOf(former), ...(stacks.length > 0 && { aside }) };
}

/** Encrypts the secrets of a state that stays where it is by what `fleet.ts` names now. */
async function changeProvider({ directory, to, report }: MoveProps): Promise<Moved | undefined> {
  const state = stateIn(directory);
  const backend = to.type === 'file' ? undefined : new Backend(to.url, directory);
  await backend?.copy();
  const stacks = stackNames(state).filter((stack) =>
    isOtherProvider(providerOf({ deployment: checkpoint(state, stack) }), to.secretsProvider),
  );
  for (const stack of stacks) {
    report(`encrypting ${stack} by ${to.secretsProvider}`);
    const args = ['stack', 'change-secrets-provider', to.secretsProvider, '--stack', stack];
    await pulumi(args, { url: stateUrl(to, directory) });
    await backend?.copyStack(stack);
  }
  return stacks.length > 0 ? { stacks, from: placeOf(copiedBackend(state)) } : undefined;
}

/** This clone has a copy of a state that is neither where it was nor where it is to be. */
function lost(from: string, target: string): FleetError {
  return new FleetError({
    place: 'state',
    problem: `there is nothing of this fleet at ${from}, where its state was, nor at ${target}`,
    next: 'Set `state` to where another clone has moved it. Where the fleet was removed, remove .fleet/state',
  });
}

interface StackMove {
  readonly from: string;
  readonly target: string;
  readonly isThere: boolean;
  readonly secretsProvider: string;
}

async function moveStack(stack: string, { from, target, isThere, secretsProvider }: StackMove): Promise<void> {
  const before = await exported(from, stack, '--show-secrets');
  if (!isThere) await pulumi(['stack', 'init', stack, '--secrets-provider', secretsProvider], { url: target });
  await pulumi(['stack', 'import', '--stack', stack], { url: target, input: JSON.stringify(before) });
  if (isOtherProvider(providerOf(before), secretsProvider))
    await pulumi(['stack', 'change-secrets-provider', secretsProvider, '--stack', stack], { url: target });
  const after = await exported(target, stack, '--show-secrets');
  const parts = ({ deployment }: Export) => [deployment?.resources ?? [], deployment?.pending_operations ?? []];
  if (isDeepStrictEqual(parts(before), parts(after))) return;
  throw new FleetError({
    place: `stack ${stack}`,
    problem: `its state at ${target} is not what it was at ${from}; the old one is unchanged and in use`,
    next: 'Run the same command again; if it stays so, set the former `state` in fleet.ts',
  });
}

/** What has encrypted the secrets of a stack: an import keeps it. */
function providerOf({ deployment }: Export): string | undefined {
  const { type, state } = deployment?.secrets_providers ?? {};
  return state?.['url'] ?? type;
}

/** A stack without any secret has no provider, and a backend's own is what it makes of it. */
function isOtherProvider(found: string | undefined, wanted: string): boolean {
  return found !== undefined && wanted !== 'default' && found !== wanted;
}

/** Renames the folder of the old state, or of its copy. Gives the new name. */
function setAside(directory: string, state: string): string {
  const names = Array.from({ length: 1000 }, (_, index) => join(directory, `state-before-${index + 1}`));
  const aside = names.find((name) => !existsSync(name))!;
  if (existsSync(state)) renameSync(state, aside);
  else rmSync(aside, { recursive: true, force: true });
  return aside;
}
