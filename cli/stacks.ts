import { existsSync, readdirSync, rmSync } from 'node:fs';

import { repositoryRoot } from '../machine/paths';
import { type Fleet, repositoryStack } from '../model';
import { Stack, stacksFolder } from '../operate/stack';
import { kubeconfigPath, stateDirectory } from './environment';
import type { Report } from './steps';

/** A stack of this fleet's project, by its name. */
export function openStack(name: string, report: Report): Promise<Stack> {
  return Stack.open({ name, project: repositoryRoot, state: stateDirectory, report });
}

/** Removes everything that a stack made, and gives the stack. */
export async function destroyStack(name: string, report: Report): Promise<Stack> {
  const stack = await openStack(name, report);
  await stack.recover();
  await stack.destroy();
  return stack;
}

/** Removes a cluster and its stack. */
export async function removeCluster(name: string, report: Report): Promise<void> {
  const stack = await destroyStack(name, report);
  await stack.remove();
  rmSync(kubeconfigPath(name), { force: true });
}

/** The clusters that have a stack and are no longer in `fleet.ts`. */
export function undeclaredClusters({ clusters }: Fleet): string[] {
  const folder = stacksFolder(stateDirectory);
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const stacks = files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length));
  return stacks.filter((name) => name !== repositoryStack && !Object.hasOwn(clusters, name));
}
