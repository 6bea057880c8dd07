import * as pulumi from '@pulumi/pulumi';

import fleet from '../fleet';
import { examine, refuseToBringUp } from '../machine/ownership';
import { FleetError, gitServerStack } from '../model';
import { clusterStack } from './cluster';
import { gitServer } from './git-server';

/** The program of the stack that is being run: the git server's, or that of the cluster of its name. */
function programOf(stack: string): object {
  if (stack === gitServerStack) return gitServer(fleet);
  if (Object.hasOwn(fleet.clusters, stack)) return clusterStack(fleet, stack);
  throw new FleetError({
    place: `stack ${stack}`,
    problem: 'fleet.ts has no cluster of that name',
    next: `Use one of ${[gitServerStack, ...Object.keys(fleet.clusters)].join(', ')}`,
  });
}

// A function, so that Pulumi calls it within the run and shows its outputs and errors as the stack's.
export = async function program(): Promise<object> {
  const stack = pulumi.getStack();
  try {
    // Plain Pulumi runs this without any command of ours before it.
    refuseToBringUp(await examine(fleet, { clusters: stack === gitServerStack ? [] : [stack] }));
    return programOf(stack);
  } catch (error) {
    // Pulumi shows the message of this one alone, and of any other a stack trace.
    throw error instanceof FleetError ? new pulumi.RunError(error.message) : error;
  }
};
