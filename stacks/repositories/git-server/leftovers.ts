import { execa } from 'execa';

import { inspect } from '../../../machine/containers';
import {
  alertLogContainer,
  FleetError,
  fleetLabel,
  type FleetName,
  gitServerContainer,
  networkName,
} from '../../../model';
import type { StackState, StateResource } from '../provider';

/** An object in the way of the git server's stack: made by a run that was killed before Pulumi could note it. */
export interface Leftover {
  readonly kind: 'container' | 'network';
  readonly name: string;
  readonly id: string;
  /** Whether the fleet made it. */
  readonly ours: boolean;
}

/** The containers and networks that have the names which the fleet is about to use, and are not in Pulumi's state. */
export async function leftovers(fleet: FleetName, state: readonly StateResource[]): Promise<Leftover[]> {
  const known = new Set(state.map(({ id }) => id));
  const candidates = [
    { kind: 'container', name: gitServerContainer(fleet), labels: '.Config.Labels' },
    { kind: 'container', name: alertLogContainer(fleet), labels: '.Config.Labels' },
    { kind: 'network', name: networkName(fleet), labels: '.Labels' },
  ] as const;
  const found = candidates.map(async ({ kind, name, labels }) => {
    const answer = await inspect(kind, name, `{{.Id}} {{index ${labels} "${fleetLabel}"}}`);
    const [id, label] = answer?.split(' ') ?? [];
    return id && !known.has(id) ? [{ kind, name, id, ours: label === fleet.name }] : [];
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
      next: `Remove it with \`docker ${kind} rm ${name}\`, or rename it`,
    });
  }
  const args = kind === 'container' ? ['--force', name] : [name];
  const { exitCode } = await execa('docker', [kind, 'rm', ...args], { reject: false });
  return exitCode === 0 ? 'removed' : 'in use';
}

/**
 * Removes or adopts what is in the way of the git server's stack, and notes in the state what is gone. The repository is
 * in a volume that stays.
 *
 * @throws FleetError when an object of a name that the fleet uses is not the fleet's, or cannot be removed.
 */
export async function clearTheWay(fleet: FleetName, stack: StackState): Promise<void> {
  if (await dockerObjectsGone(await stack.resources())) await stack.refresh();
  for (const leftover of await leftovers(fleet, await stack.resources())) {
    if ((await removeLeftover(leftover)) === 'removed') continue;
    if (leftover.kind !== 'network') {
      throw new FleetError({
        place: `Docker ${leftover.kind} ${leftover.name}`,
        problem: 'an earlier run left it, and it cannot be removed',
        next: `See why: \`docker ${leftover.kind} rm --force ${leftover.name}\``,
      });
    }
    await stack.adopt('docker:index/network:Network', 'network', leftover.id);
  }
}

/** Whether something that Pulumi made in Docker is gone. */
async function dockerObjectsGone(state: readonly StateResource[]): Promise<boolean> {
  const kinds: Readonly<Record<string, 'container' | 'network' | 'volume' | 'image'>> = {
    'docker:index/container:Container': 'container',
    'docker:index/network:Network': 'network',
    'docker:index/volume:Volume': 'volume',
    'docker:index/remoteImage:RemoteImage': 'image',
  };
  const answers = state.map(async ({ type, id, outputs }) => {
    const kind = kinds[type];
    if (!kind || !id) return true;
    // The id of an image in Pulumi's state is its digest followed by its name.
    const name = kind === 'image' ? String(outputs?.['imageId'] ?? outputs?.['name']) : id;
    return (await inspect(kind, name, '{{json .}}')) !== undefined;
  });
  return (await Promise.all(answers)).includes(false);
}
