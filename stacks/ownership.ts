import {
  allNames,
  type Examination,
  examine,
  type MachineNames,
  takeOver,
  type TakeOverProps,
} from '../machine/ownership';
import { fleetDirectory } from '../machine/paths';
import { clusterStacks, stateIn } from '../machine/pulumi-state';
import type { Cluster, Fleet } from '../model';
import { clusterProvider, clusterProviders } from './clusters';
import type { ClusterProvider } from './clusters/provider';
import { repositoryProvider } from './repositories';

/**
 * Finds what is on this machine under the fleet's names, and who owns it: of these clusters, or of those in `fleet.ts` and
 * those that have a stack and are no longer in it. The rest of the fleet is examined in any case.
 *
 * @throws FleetError when Docker or Pulumi's state cannot be read
 */
export function examineFleet(
  fleet: Fleet,
  props: { clusters?: readonly string[]; directory?: string } = {},
): Promise<Examination> {
  const { directory, clusters = allClusters(fleet, directory) } = props;
  return examine(fleet, namesOf(fleet, clusters), directory);
}

/**
 * Records that the fleet belongs to this clone, and takes over what `adopt` names.
 *
 * @returns what was taken over, as a sentence; undefined for nothing
 * @throws FleetError that names all that somebody else owns: nothing was changed then
 */
export function takeOverFleet(fleet: Fleet, props: TakeOverProps = {}): Promise<string | undefined> {
  return takeOver(fleet, namesOf(fleet, allClusters(fleet, props.directory)), props);
}

/** The clusters that `up` would remove or make again, each with the reason. */
export function clusterRemovals(fleet: Fleet, { objects }: Examination): Record<string, string> {
  const reasons = allClusters(fleet).map((name) => {
    const target = { fleet, name, cluster: clusterOf(fleet, name) };
    return [name, providersOf(fleet, name).flatMap((provider) => provider.removal?.(target, objects) ?? [])[0]];
  });
  return Object.fromEntries(reasons.filter(([, reason]) => reason !== undefined)) as Record<string, string>;
}

/** Removes what is left of a cluster after its stack was destroyed. */
export async function cleanUpCluster(fleet: Fleet, name: string): Promise<void> {
  for (const provider of providersOf(fleet, name)) await provider.cleanUp?.({ fleet, name });
}

function allClusters({ clusters }: Fleet, directory = fleetDirectory): string[] {
  return [...new Set([...Object.keys(clusters), ...clusterStacks(stateIn(directory))])];
}

function namesOf(fleet: Fleet, clusters: readonly string[]): MachineNames {
  const ofClusters = clusters.flatMap((name) => {
    const target = { fleet, name, cluster: clusterOf(fleet, name) };
    return providersOf(fleet, name).map((provider) => provider.names?.(target) ?? {});
  });
  return allNames([...ofClusters, repositoryProvider(fleet).names?.(fleet) ?? {}]);
}

function clusterOf({ clusters }: Fleet, name: string): Cluster | undefined {
  return Object.hasOwn(clusters, name) ? clusters[name] : undefined;
}

/** The provider of a cluster; every one for a cluster that `fleet.ts` no longer has, because its type is not known. */
function providersOf({ clusters }: Fleet, name: string): ClusterProvider[] {
  return Object.hasOwn(clusters, name) ? [clusterProvider(clusters[name]!)] : Object.values(clusterProviders.all());
}
