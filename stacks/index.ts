import * as pulumi from '@pulumi/pulumi';

import fleet from '../fleet';
import { FleetError, repositoryStack } from '../model';
import { clusterTarget } from './clusters';
import { clusterStack } from './clusters/stack';
import { repositoryPrograms } from './programs';

/** The program of the stack that Pulumi runs: the repository's, or that of the cluster of its name. */
function program(): object {
  const stack = pulumi.getStack();
  if (stack === repositoryStack) return repositoryPrograms.of(fleet.git).provide(fleet);
  if (Object.hasOwn(fleet.clusters, stack)) return clusterStack(clusterTarget(fleet, stack));
  throw new FleetError({
    place: `stack ${stack}`,
    problem: 'fleet.ts has no cluster of that name',
    next: `Use one of ${[repositoryStack, ...Object.keys(fleet.clusters)].join(', ')}`,
  });
}

// A function, so that Pulumi calls it within the run and shows its outputs and errors as the stack's.
export = program;
