import { rmSync } from 'node:fs';
import { isForeign } from '../machine/ownership';
import { localPath, repositoryRoot } from '../machine/paths';
import { clusterStacks, stateDirectory, stateFile } from '../machine/pulumi-state';
import { type Fleet, localPaths, repositoryStack } from '../model';
import { withdraw } from '../operate/existing/withdraw';
import { LastUp } from '../operate/last-up';
import { Stack } from '../operate/stack';
import { clusterRecord, forgetRecord } from '../stacks/clusters/record';
import { cleanUpCluster, examineFleet } from '../stacks/ownership';
import { kubeconfigPath } from './environment';
import type { Report } from './steps';

/** @param fleet what the stack is brought up from, where it is to be */
export function openStack(name: string, report: Report, fleet?: Fleet): Promise<Stack> {
  const lastUp = fleet && lastUpOf(fleet, name);
  return Stack.open({ name, project: repositoryRoot, state: stateDirectory, report, lastUp });
}

function lastUpOf(fleet: Fleet, name: string): LastUp {
  return new LastUp({
    file: localPath(localPaths.lastUp(name)),
    files: [
      stateFile(stateDirectory, name),
      ...[localPaths.stackConfig(name), localPaths.passphrase].map(localPath),
      name === repositoryStack ? localPath(localPaths.knownHosts) : kubeconfigPath(name),
    ],
    // Only `up` needs the programs of the stacks.
    declared: async () => (await import('../stacks/declared.ts')).declared(fleet, name),
  });
}

/** The stacks whose programs declare something else than when they were last brought up: only `up` changes them. */
export async function outdatedStacks(fleet: Fleet): Promise<string[]> {
  const outdated: string[] = [];
  // Pulumi's SDK runs one program at a time.
  for (const name of [repositoryStack, ...Object.keys(fleet.clusters)])
    if (await lastUpOf(fleet, name).isOutdated()) outdated.push(name);
  return outdated;
}

/** Removes everything that a stack made, and gives the stack. */
export async function destroyStack(name: string, report: Report): Promise<Stack> {
  const stack = await openStack(name, report);
  await stack.recover();
  await stack.destroy();
  return stack;
}

/**
 * Removes what the stack of a cluster made, and gives the empty stack. A cluster of that name that somebody else owns is
 * left as it is, and one that somebody else made stays without what the fleet brought there.
 */
export async function destroyCluster(fleet: Fleet, name: string, report: Report): Promise<Stack> {
  const record = clusterRecord(name);
  if (record) {
    const stack = await openStack(name, report);
    await withdraw({ fleet, name, record, resources: stack.resources(), report });
    return leaveCluster(name, report);
  }
  const { objects } = await examineFleet(fleet, { clusters: [name] });
  if (objects.some((object) => object.cluster && isForeign(object))) {
    // Its own cluster is gone, or has a new owner. Pulumi must not delete by name.
    await (await openStack(name, report)).forget();
    return openStack(name, report);
  }
  const stack = await destroyStack(name, report);
  await cleanUpCluster(fleet, name);
  return stack;
}

/** Forgets a cluster that somebody else made, and changes nothing in it. Gives its empty stack. */
export async function leaveCluster(name: string, report: Report): Promise<Stack> {
  await (await openStack(name, report)).forget();
  forgetRecord(name);
  rmSync(kubeconfigPath(name), { force: true });
  return openStack(name, report);
}

export async function removeCluster(fleet: Fleet, name: string, report: Report): Promise<void> {
  const stack = await destroyCluster(fleet, name, report);
  await stack.remove();
  rmSync(kubeconfigPath(name), { force: true });
}

/** The clusters that have a stack and are no longer in `fleet.ts`. */
export function undeclaredClusters({ clusters }: Fleet): string[] {
  return clusterStacks().filter((name) => !Object.hasOwn(clusters, name));
}
