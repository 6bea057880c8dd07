import { type MachineNeeds, together } from '../machine/needs';
import type { Fleet } from '../model';
import { clusterProvider, clusterTargets } from './clusters';
import { repositoryProvider } from './repositories';

/** What a fleet needs of this machine: its repository and all its clusters. */
export function machineNeeds(fleet: Fleet): Required<MachineNeeds> {
  const clusters = clusterTargets(fleet).map((target) => clusterProvider(target.cluster).needs(target));
  return together([repositoryProvider(fleet).needs(fleet), ...clusters]);
}
