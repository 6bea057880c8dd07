import { execa } from 'execa';

import { alertLogHost, FleetError, gitServerHost } from '../model';
import type { StateResource } from './stack';

/** What stands in the way of the git server's stack: made by a run that was killed before Pulumi could note it. */
export interface Leftover {
  readonly kind: 'container' | 'network';
  readonly name: string;
  readonly id: string;
  /** Whether the fleet made it. */
  readonly ours: boolean;
}

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
 * The containers and networks that bear the names which the fleet is about to use, and are not in Pulumi's state.
 *
 * @param fleetName the value of the label `flux-fleet` on what is the fleet's
 */
export async function leftovers(fleetName: string, state: readonly StateResource[]): Promise<Leftover[]> {
  const known = new Set(state.map(({ id }) => id));
  const candidates = [
    { kind: 'container', name: gitServerHost, labels: '.Config.Labels' },
    { kind: 'container', name: alertLogHost, labels: '.Config.Labels' },
    { kind: 'network', name: fleetName, labels: '.Labels' },
  ] as const;
  const found = candidates.map(async ({ kind, name, labels }) => {
    const answer = await inspect(kind, name, `{{.Id}} {{index ${labels} "flux-fleet"}}`);
    const [id, label] = answer?.split(' ') ?? [];
    return id && !known.has(id) ? [{ kind, name, id, ours: label === fleetName }] : [];
  });
  return (await Promise.all(found)).flat();
}

/**
 * Removes a leftover that nothing depends on: the container's repository is in a volume, which stays.
 *
 * @throws FleetError when it is not the fleet's to remove.
 */
export async function removeLeftover({ kind, name, ours }: Leftover): Promise<'removed' | 'in use'> {
  if (!ours) {
    throw new FleetError({
      place: `Docker ${kind} ${name}`,
      problem: `there is a ${kind} of that name already, and the fleet did not make it`,
      next: `Remove it (\`docker ${kind} rm ${name}\`) or rename it`,
    });
  }
  const args = kind === 'container' ? ['--force', name] : [name];
  const { exitCode } = await execa('docker', [kind, 'rm', ...args], { reject: false });
  return exitCode === 0 ? 'removed' : 'in use';
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
