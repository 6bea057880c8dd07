import { membership } from '../machine/clone';
import { engineId } from '../machine/docker';
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
import { type Cluster, type Fleet, FleetError } from '../model';
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

/** @throws FleetError when a run of Pulumi would remove a cluster, or make it again, and nobody allowed that */
export function refuseRemoval(fleet: Fleet, name: string, examination: Examination): void {
  const reason = clusterRemovals(fleet, examination)[name];
  const allowed = process.env['FLUX_FLEET_ALLOW_DELETE']?.split(' ') ?? [];
  if (reason === undefined || allowed.includes(`cluster/${name}`)) return;
  throw new FleetError({
    place: `cluster ${name}`,
    problem: `this would delete it, with all that it holds: ${reason}`,
    next:
      'Undo the change, or run `npm run up`, which shows what the cluster holds and asks; ' +
      `\`FLUX_FLEET_ALLOW_DELETE=cluster/${name}\` allows it without a question`,
  });
}

/** Whether a cluster is there, as far as this machine can tell: one that it does not hold itself always is. */
export function isOnMachine(fleet: Fleet, name: string, { objects }: Examination): boolean {
  const names = namesOfCluster(fleet, name).flatMap(({ kindClusters = [] }) => kindClusters);
  return (
    names.length === 0 || objects.some((object) => object.cluster && names.some((one) => one.name === object.name))
  );
}

/** What of a fleet is in Docker on one machine, whose engine only its clones there reach: `cluster dev`. */
export function onOneMachine(fleet: Fleet): string[] {
  const clusters = Object.keys(fleet.clusters).filter((name) =>
    namesOfCluster(fleet, name).some(({ kindClusters = [] }) => kindClusters.length > 0),
  );
  const provider = repositoryProvider(fleet);
  const isHere = (provider.names?.(fleet).containers ?? []).length > 0;
  return [...(isHere ? [`the ${provider.title.toLowerCase()}`] : []), ...clusters.map((name) => `cluster ${name}`)];
}

/** @throws FleetError in a clone that has joined from another machine than the one that has the fleet's containers */
export async function refuseOtherMachine(fleet: Fleet): Promise<void> {
  const [parts, joined] = [onOneMachine(fleet), membership()];
  if (!joined?.engine || parts.length === 0 || (await engineId()) === joined.engine) return;
  throw new FleetError({
    place: 'this machine',
    problem: `${parts.join(', ')} ${parts.length > 1 ? 'are' : 'is'} in the Docker of another machine, and cannot be brought up here`,
    next: `Run it there, in ${joined.home}, or use \`existing()\` clusters and a repository that both machines reach`,
  });
}

/** Removes what is left of a cluster after its stack was destroyed. */
export async function cleanUpCluster(fleet: Fleet, name: string): Promise<void> {
  for (const provider of providersOf(fleet, name)) await provider.cleanUp?.({ fleet, name });
}

function allClusters({ clusters }: Fleet, directory = fleetDirectory): string[] {
  return [...new Set([...Object.keys(clusters), ...clusterStacks(stateIn(directory))])];
}

function namesOf(fleet: Fleet, clusters: readonly string[]): MachineNames {
  const ofClusters = clusters.flatMap((name) => namesOfCluster(fleet, name));
  return allNames([...ofClusters, repositoryProvider(fleet).names?.(fleet) ?? {}]);
}

function namesOfCluster(fleet: Fleet, name: string): MachineNames[] {
  const target = { fleet, name, cluster: clusterOf(fleet, name) };
  return providersOf(fleet, name).map((provider) => provider.names?.(target) ?? {});
}

/** The containers that are nodes of the clusters, each with the name of its cluster in `fleet.ts`. */
export function clusterContainers(fleet: Fleet): Map<string, string> {
  const entries = allClusters(fleet).flatMap((name) =>
    namesOfCluster(fleet, name)
      .flatMap(({ kindClusters = [] }) => kindClusters)
      .flatMap(({ controlPlane, nodes }) => [controlPlane, ...nodes])
      .map((node) => [node, name] as const),
  );
  return new Map(entries);
}

function clusterOf({ clusters }: Fleet, name: string): Cluster | undefined {
  return Object.hasOwn(clusters, name) ? clusters[name] : undefined;
}

/** The provider of a cluster; every one for a cluster that `fleet.ts` no longer has, because its type is not known. */
function providersOf({ clusters }: Fleet, name: string): ClusterProvider[] {
  return Object.hasOwn(clusters, name) ? [clusterProvider(clusters[name]!)] : Object.values(clusterProviders.all());
}
