import {
  alertLogHost,
  type Fleet,
  generationMark,
  gitServerHost,
  kindName,
  labelledOwner,
  nodeNames,
  type Owner,
  ownerMark,
  ownerVolume,
  repositoryVolume,
} from '../../model';
import { inspect, kindLabel, nodesOf, readInContainer } from './engine';

/** Something on this machine that has a name which the fleet uses. */
export interface Thing {
  readonly kind: 'kind cluster' | 'container' | 'network' | 'volume';
  readonly name: string;
  /** Tells it from any other that had this name, or will have it. */
  readonly id: string;
  /** Who made it, as far as it is marked. */
  readonly owner?: Owner;
  /** What more is known of a kind cluster. */
  readonly cluster?: StandingCluster;
}

export interface StandingCluster {
  /** The nodes' containers, the control plane first. */
  readonly nodes: readonly { readonly id: string; readonly name: string }[];
  readonly generation?: string;
  /** The Docker network that it was made on. */
  readonly network: string;
}

/** What stands on this machine under the names that a fleet uses. */
export interface Found {
  readonly things: readonly Thing[];
  /** Every name that was looked for. */
  readonly names: readonly string[];
  /** The volume whose labels say which clone the fleet belongs to. */
  readonly claim?: Thing;
}

interface Container {
  readonly Id: string;
  readonly Name: string;
  readonly Config: { readonly Labels: Readonly<Record<string, string>> | null };
  readonly HostConfig: { readonly NetworkMode: string };
}
interface Network {
  readonly Id: string;
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>> | null;
}
interface Volume {
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>> | null;
}

/**
 * Looks at everything that has one of the fleet's names. Changes nothing.
 *
 * @param clusters the clusters' names: those of fleet.ts, and those that were made and are not in it any more
 * @throws FleetError when Docker cannot tell
 */
export async function look(fleet: Fleet, clusters: readonly string[]): Promise<Found> {
  const claimName = ownerVolume(fleet.name);
  const repository = repositoryVolume(fleet.name);
  const kindNames = clusters.map(kindName);
  const nodes = clusters.flatMap((name) => nodeNames(name, fleet.clusters[name] ?? { workers: 0 }));
  const named = [gitServerHost, alertLogHost, ...nodes];
  const [containers, networks, volumes] = await Promise.all([
    lookAtContainers(kindNames, named),
    inspect<Network>('network', [fleet.name]),
    inspect<Volume>('volume', [repository, claimName]),
  ]);
  const isClaim = ({ name }: Thing) => name === claimName;
  const volumeThings = volumes.map(volumeThing);
  return {
    things: [...containers, ...networks.map(networkThing), ...volumeThings.filter((thing) => !isClaim(thing))],
    names: [...kindNames, ...named, fleet.name, repository],
    claim: volumeThings.find(isClaim),
  };
}

async function lookAtContainers(kindNames: readonly string[], named: readonly string[]): Promise<Thing[]> {
  const found = await inspect<Container>('container', [...(await nodesOf(kindNames)), ...named]);
  const containers = [...new Map(found.map((container) => [container.Id, container])).values()];
  const isNodeOf = (cluster: string) => (container: Container) => container.Config.Labels?.[kindLabel] === cluster;
  const others = containers.filter((container) => !kindNames.some((cluster) => isNodeOf(cluster)(container)));
  const standing = kindNames.map((cluster) => ({ cluster, nodes: containers.filter(isNodeOf(cluster)) }));
  return Promise.all([
    ...standing.filter(({ nodes }) => nodes.length > 0).map(({ cluster, nodes }) => clusterThing(cluster, nodes)),
    ...others.map((container) => Promise.resolve(containerThing(container))),
  ]);
}

async function clusterThing(name: string, containers: readonly Container[]): Promise<Thing> {
  const all = containers.map(({ Id, Name }) => ({ id: Id, name: Name.replace(/^\//, '') }));
  const isControlPlane = (node: { name: string }) => node.name === `${name}-control-plane`;
  const nodes = [...all.filter(isControlPlane), ...all.filter((node) => !isControlPlane(node))];
  const [generation, ...owners] = await Promise.all([
    readInContainer(nodes[0]!.id, generationMark),
    ...nodes.map(({ id }) => readInContainer(id, ownerMark)),
  ]);
  const network = containers[0]!.HostConfig.NetworkMode;
  return {
    kind: 'kind cluster',
    name,
    id: nodes[0]!.id,
    owner: owners.map(markedOwner).find((owner) => owner !== undefined),
    cluster: { nodes, generation: generation || undefined, network },
  };
}

/** The owner that a node's file names; undefined where it is not whole. */
function markedOwner(text: string | undefined): Owner | undefined {
  try {
    const owner = JSON.parse(text ?? '') as Owner;
    return owner.fleet && owner.clone ? owner : undefined;
  } catch {
    return undefined;
  }
}

function containerThing({ Id, Name, Config }: Container): Thing {
  return { kind: 'container', name: Name.replace(/^\//, ''), id: Id, owner: labelledOwner(Config.Labels) };
}

function networkThing({ Id, Name, Labels }: Network): Thing {
  return { kind: 'network', name: Name, id: Id, owner: labelledOwner(Labels) };
}

// Docker gives volumes no id, and the time of their making is not the same in all its versions.
function volumeThing({ Name, Labels }: Volume): Thing {
  const owner = labelledOwner(Labels);
  return { kind: 'volume', name: Name, id: `${Name}@${owner?.clone ?? ''}`, owner };
}
