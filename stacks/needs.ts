import { type MachineNeeds, together } from '../machine/needs';
import type { Fleet } from '../model';
import { clusterProvider, clusterTargets } from './clusters';
import { clusterContainers } from './ownership';
import { repositoryProvider } from './repositories';

/** What a fleet needs of this machine: its repository and all its clusters. */
export function machineNeeds(fleet: Fleet): Required<MachineNeeds> {
  const targets = clusterTargets(fleet);
  const clusters = targets.map((target) => clusterProvider(target.cluster).needs(target));
  const clusterNodes = [...clusterContainers(fleet).keys()];
  const needs = together([repositoryProvider(fleet).needs(fleet), ...clusters]);
  return { ...needs, ports: needs.ports.map((port) => ({ ...port, clusterNodes })) };
}
