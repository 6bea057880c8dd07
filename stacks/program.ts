import { type Fleet, FleetError, repositoryStack } from '../model';
import { clusterTarget } from './clusters';
import { clusterStack } from './clusters/stack';
import { repositoryProvider } from './repositories';

/** The program of the stack that Pulumi runs: the repository's, or that of the cluster of its name. Gives its outputs. */
export async function stackProgram(fleet: Fleet, stack: string): Promise<object> {
  if (stack === repositoryStack) return (await repositoryProvider(fleet).program()).provide(fleet);
  if (Object.hasOwn(fleet.clusters, stack)) return clusterStack(clusterTarget(fleet, stack));
  throw new FleetError({
    place: `stack ${stack}`,
    problem: 'fleet.ts has no cluster of that name',
    next: `Use one of ${[repositoryStack, ...Object.keys(fleet.clusters)].join(', ')}`,
  });
}
