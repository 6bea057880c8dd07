import { rmSync } from 'node:fs';
import { isForeign } from '../machine/ownership';
import { fleetDirectory, localPath, repositoryRoot } from '../machine/paths';
import { clusterStacks, stackNames, stateDirectory, stateFile } from '../machine/pulumi-state';
import type { ToolEnvironment } from '../machine/tool-source';
import { type Fleet, localPaths, repositoryStack } from '../model';
import { withdraw } from '../operate/existing/withdraw';
import { LastUp } from '../operate/last-up';
import { Stack, type StackProps } from '../operate/stack';
import { Backend, settleState } from '../operate/state/backend';
import { clusterRecord, forgetRecord } from '../stacks/clusters/record';
import { cleanUpCluster, examineFleet } from '../stacks/ownership';
import { kubeconfigPath, usePulumi } from './environment';
import type { Report } from './steps';

export function openStack(fleet: Fleet, name: string, report: Report): Promise<Stack> {
  return Stack.open(stackProps(fleet, name, report));
}

/** The same stack, which is brought up only where that would change something. */
export function openStackToBringUp(fleet: Fleet, name: string, report: Report): Promise<Stack> {
  return Stack.open({ ...stackProps(fleet, name, report), lastUp: lastUpOf(fleet, name) });
}

function stackProps(fleet: Fleet, name: string, report: Report): StackProps {
  const { secretsProvider } = fleet.state;
  const backend = fleetBackend(fleet);
  return { name, project: repositoryRoot, state: stateDirectory, backend, secretsProvider, report };
}

let backend: Backend | undefined;

/** The backend that has Pulumi's state, one for the whole process; undefined where the state is in this clone's folder. */
export function fleetBackend({ state }: Fleet): Backend | undefined {
  if (state.type === 'file') return undefined;
  if (backend?.url !== state.url) backend = new Backend(state.url, fleetDirectory);
  return backend;
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
export async function destroyStack(fleet: Fleet, name: string, report: Report): Promise<Stack> {
  const stack = await openStack(fleet, name, report);
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
    const stack = await openStack(fleet, name, report);
    await withdraw({ fleet, name, record, resources: stack.resources(), report });
    return leaveCluster(fleet, name, report);
  }
  const { objects } = await examineFleet(fleet, { clusters: [name] });
  if (objects.some((object) => object.cluster && isForeign(object))) {
    // Its own cluster is gone, or has a new owner. Pulumi must not delete by name.
    await (await openStack(fleet, name, report)).forget();
    return openStack(fleet, name, report);
  }
  const stack = await destroyStack(fleet, name, report);
  await cleanUpCluster(fleet, name);
  return stack;
}

/** Forgets a cluster that somebody else made, and changes nothing in it. Gives its empty stack. */
export async function leaveCluster(fleet: Fleet, name: string, report: Report): Promise<Stack> {
  await (await openStack(fleet, name, report)).forget();
  forgetRecord(name);
  rmSync(kubeconfigPath(name), { force: true });
  return openStack(fleet, name, report);
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

/**
 * Prepares for work on Pulumi's state where `fleet.ts` has it: of a backend elsewhere, this clone gets a copy.
 *
 * @throws FleetError when it is at another place still, does not answer, or is of another fleet
 */
export async function useState(fleet: Fleet, tools: ToolEnvironment): Promise<void> {
  const backend = fleetBackend(fleet);
  settleState(backend?.url, fleetDirectory);
  if (!backend) return;
  usePulumi(fleet, tools);
  await backend.copy();
}

/** Forgets every stack in a backend elsewhere, all of which are empty. */
export async function removeStacks(fleet: Fleet): Promise<void> {
  if (!fleetBackend(fleet)) return;
  for (const name of stackNames(stateDirectory)) await (await openStack(fleet, name, () => undefined)).remove();
}
