import { repositoryRoot } from '../machine/paths';
import { Stack } from '../operate/stack';
import { stateDirectory } from './environment';
import type { Report } from './steps';

/** A stack of this fleet's project, by its name. */
export function openStack(name: string, report: Report): Promise<Stack> {
  return Stack.open({ name, project: repositoryRoot, state: stateDirectory, report });
}
