import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';

import type { JudgedThing } from '../machine/ownership';
import { FleetError } from '../model';
import type { StateResource } from './stack';

/** Docker's inspection of an object, undefined where there is none of that name. */
async function inspect(
  kind: 'container' | 'network' | 'volume' | 'image',
  name: string,
  format: string,
): Promise<string | undefined> {
  const { exitCode, stdout } = await execa('docker', [kind, 'inspect', '--format', format, name], { reject: false });
  return exitCode === 0 ? stdout.trim() : undefined;
}

/**
 * What stands in the way of the git server's stack: the containers and networks that are ours and not in Pulumi's state,
 * made by a run that was killed before Pulumi could note them.
 */
export function leftovers(things: readonly JudgedThing[], state: readonly StateResource[]): JudgedThing[] {
  const known = new Set(state.map(({ id }) => id));
  return things.filter(
    ({ kind, verdict, id }) => verdict === 'ours' && (kind === 'container' || kind === 'network') && !known.has(id),
  );
}

/** Removes a leftover that nothing depends on: the container's repository is in a volume, which stays. */
export async function removeLeftover({ kind, id }: JudgedThing): Promise<'removed' | 'in use'> {
  const args = kind === 'container' ? ['--force', id] : [id];
  const { exitCode } = await execa('docker', [kind, 'rm', ...args], { reject: false });
  return exitCode === 0 ? 'removed' : 'in use';
}

/** Removes a kind cluster that is ours and that Pulumi's state does not hold. @throws FleetError when it stays */
export async function removeLeftoverCluster({ name }: JudgedThing): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'flux-fleet-kubeconfig-'));
  const args = ['delete', 'cluster', '--name', name, '--kubeconfig', join(scratch, 'kubeconfig')];
  const { exitCode, stderr } = await execa('kind', args, {
    reject: false,
    env: { KIND_EXPERIMENTAL_PROVIDER: 'docker' },
  });
  rmSync(scratch, { recursive: true, force: true });
  if (exitCode === 0) return;
  throw new FleetError({
    place: `kind cluster ${name}`,
    problem: `it cannot be removed: ${stderr.trim()}`,
    next: 'Fix what it names and run the same command again',
  });
}

/** Starts the containers of these names that stand still, as after the machine was started anew. */
export async function startStopped(names: readonly string[]): Promise<string[]> {
  const states = await Promise.all(names.map((name) => inspect('container', name, '{{.State.Status}}')));
  const stopped = names.filter((_, i) => states[i] === 'exited');
  if (stopped.length > 0) await execa('docker', ['start', ...stopped]);
  return stopped;
}

/** Whether something that Pulumi made in Docker is not there any more. */
export async function dockerObjectsGone(state: readonly StateResource[]): Promise<boolean> {
  const kinds: Readonly<Record<string, 'container' | 'network' | 'volume' | 'image'>> = {
    'docker:index/container:Container': 'container',
    'docker:index/network:Network': 'network',
    'docker:index/volume:Volume': 'volume',
    'docker:index/remoteImage:RemoteImage': 'image',
  };
  const answers = state.map(async ({ type, id, outputs }) => {
    const kind = kinds[type];
    if (!kind || !id) return true;
    // An image's id in Pulumi's state is its digest and its name in one.
    const name = kind === 'image' ? String(outputs?.['imageId'] ?? outputs?.['name']) : id;
    return (await inspect(kind, name, '{{json .}}')) !== undefined;
  });
  return (await Promise.all(answers)).includes(false);
}
