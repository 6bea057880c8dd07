import { rmSync } from 'node:fs';

import { examine, type JudgedThing } from '../machine/ownership';
import { repositoryRoot } from '../machine/paths';
import { clusterStacks, stateDirectory } from '../machine/pulumi-state';
import { type Fleet, kindName } from '../model';
import { removeLeftoverCluster } from '../operate/leftovers';
import { Stack } from '../operate/stack';
import { kubeconfigPath } from './environment';
import type { Report } from './steps';

/** A stack of this fleet's project, by its name. */
export function openStack(name: string, report: Report): Promise<Stack> {
  return Stack.open({ name, project: repositoryRoot, state: stateDirectory, report });
}

/** Takes everything away that a stack made, and gives the stack. */
export async function destroyStack(name: string, report: Report): Promise<Stack> {
  const stack = await openStack(name, report);
  await stack.recover();
  await stack.destroy();
  return stack;
}

/** Takes a cluster away, and gives its empty stack. One of its name that is not ours stays as it is. */
export async function destroyCluster(fleet: Fleet, name: string, report: Report): Promise<Stack> {
  const isOurs = ({ verdict }: JudgedThing) => verdict === 'ours';
  const standing = await standingCluster(fleet, name);
  if (standing && !isOurs(standing)) {
    // What the stack made is gone, or it would be that cluster: Pulumi must not remove by its name.
    await (await openStack(name, report)).forget();
    return openStack(name, report);
  }
  const stack = await destroyStack(name, report);
  const left = await standingCluster(fleet, name);
  if (left && isOurs(left)) await removeLeftoverCluster(left);
  return stack;
}

async function standingCluster(fleet: Fleet, name: string): Promise<JudgedThing | undefined> {
  const { things } = await examine(fleet, { clusters: [name] });
  return things.find((thing) => thing.kind === 'kind cluster' && thing.name === kindName(name));
}

/** Takes a cluster away for good. */
export async function removeCluster(fleet: Fleet, name: string, report: Report): Promise<void> {
  const stack = await destroyCluster(fleet, name, report);
  await stack.remove();
  rmSync(kubeconfigPath(name), { force: true });
}

/** The clusters that were made and that `fleet.ts` has no more. */
export function undeclaredClusters({ clusters }: Fleet): string[] {
  return clusterStacks().filter((name) => !Object.hasOwn(clusters, name));
}
