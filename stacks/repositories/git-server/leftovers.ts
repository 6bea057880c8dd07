import { execa } from 'execa';
import { inspect } from '../../../machine/docker';
import { examine, type ExaminedObject, isOurs, type MachineNames, refuseToBringUp } from '../../../machine/ownership';
import type { StateResource } from '../../../machine/pulumi-state';
import {
  alertLogContainer,
  FleetError,
  type FleetName,
  gitServerContainer,
  gitServerImage,
  networkName,
  repositoryVolume,
} from '../../../model';
import type { StackState } from '../provider';

/** The names that the git server uses on this machine. */
export function gitServerNames(fleet: FleetName): MachineNames {
  return {
    containers: [gitServerContainer(fleet), alertLogContainer(fleet)],
    networks: [networkName(fleet)],
    volumes: [repositoryVolume(fleet)],
  };
}

/**
 * What is in the way of the git server's stack: the containers and networks that are ours and not in Pulumi's state, made
 * by a run that was killed before Pulumi could note them.
 */
export function leftovers(objects: readonly ExaminedObject[], state: readonly StateResource[]): ExaminedObject[] {
  const known = new Set(state.map(({ id }) => id));
  const isLeftover = ({ kind, id }: ExaminedObject) => (kind === 'container' || kind === 'network') && !known.has(id);
  return objects.filter((object) => isOurs(object) && isLeftover(object));
}

/** Removes what is left of these names once the stack is destroyed. */
export async function removeLeftovers(fleet: FleetName, names = gitServerNames(fleet)): Promise<void> {
  const { objects } = await examine(fleet, names);
  for (const leftover of leftovers(objects, [])) await removeLeftover(leftover);
}

/** Removes a leftover that nothing depends on: the container's repository is in a volume, which stays. */
export async function removeLeftover({ kind, id }: ExaminedObject): Promise<'removed' | 'in use'> {
  const args = kind === 'container' ? ['--force', '--volumes', id] : [id];
  const { exitCode } = await execa('docker', [kind, 'rm', ...args], { reject: false });
  return exitCode === 0 ? 'removed' : 'in use';
}

/** Removes the volume of the repositories, if it is ours, and the server's images unless a container has them. */
export async function removeData(fleet: FleetName): Promise<void> {
  const { objects } = await examine(fleet, gitServerNames(fleet));
  const ours = objects.filter((object) => isOurs(object) && object.kind === 'volume');
  for (const { name } of ours) await execa('docker', ['volume', 'rm', '--force', name]);
  const name = gitServerImage(fleet);
  const { stdout } = await execa('docker', ['image', 'ls', '--format', '{{.Tag}}', name]);
  // By its name: another fleet's image may be the same one.
  for (const tag of stdout.split('\n').filter(Boolean))
    await execa('docker', ['image', 'rm', `${name}:${tag}`], { reject: false });
}

/**
 * Removes or adopts what is in the way of the git server's stack, and notes in the state what is gone. The repository is
 * in a volume that stays.
 *
 * @throws FleetError when an object of a name that the fleet uses is not the fleet's, or cannot be removed.
 */
export async function clearTheWay(fleet: FleetName, stack: StackState, names = gitServerNames(fleet)): Promise<void> {
  if (await dockerObjectsGone(stack.resources())) await stack.refresh();
  const examination = await examine(fleet, names);
  refuseToBringUp(examination);
  for (const leftover of leftovers(examination.objects, stack.resources())) {
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
  const answers = state.map(async ({ type, id, outputs }) => {
    const [, kind] = /^docker:index\/(container|network|volume|remoteImage):/.exec(type) ?? [];
    if (!kind || !id) return true;
    // The id of an image in Pulumi's state is its digest followed by its name.
    const image = String(outputs?.['imageId'] ?? outputs?.['name']);
    const found = kind === 'remoteImage' ? inspect('image', image, '{{json .}}') : inspect(kind, id, '{{json .}}');
    return (await found) !== undefined;
  });
  return (await Promise.all(answers)).includes(false);
}
