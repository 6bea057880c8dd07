import * as pulumi from '@pulumi/pulumi';
import fleet from '../fleet';
import { refuseToBringUp } from '../machine/ownership';
import { examinedVariable, FleetError, repositoryStack } from '../model';
import { clusterTarget } from './clusters';
import { clusterStack } from './clusters/stack';
import { examineFleet, refuseRemoval } from './ownership';
import { repositoryProvider } from './repositories';

/** The program of the stack that Pulumi runs: the repository's, or that of the cluster of its name. */
async function programOf(stack: string): Promise<object> {
  if (stack === repositoryStack) return (await repositoryProvider(fleet).program()).provide(fleet);
  if (Object.hasOwn(fleet.clusters, stack)) return clusterStack(clusterTarget(fleet, stack));
  throw new FleetError({
    place: `stack ${stack}`,
    problem: 'fleet.ts has no cluster of that name',
    next: `Use one of ${[repositoryStack, ...Object.keys(fleet.clusters)].join(', ')}`,
  });
}

// A function, so that Pulumi calls it within the run and shows its outputs and errors as the stack's.
export = async function program(): Promise<object> {
  const stack = pulumi.getStack();
  try {
    // Plain Pulumi runs this without any command of ours before it.
    if (!process.env[examinedVariable]) {
      const examination = await examineFleet(fleet, { clusters: stack === repositoryStack ? [] : [stack] });
      refuseToBringUp(examination);
      refuseRemoval(fleet, stack, examination);
    }
    return await programOf(stack);
  } catch (error) {
    // Pulumi shows only the message of a RunError, and a stack trace of any other.
    throw error instanceof FleetError ? new pulumi.RunError(error.message) : error;
  }
};
