import { allOf } from '../all-of';
import {
  type FleetName,
  generationMark,
  kindClusterLabel,
  labelledOwner,
  type Owner,
  ownerMark,
  ownerVolume,
} from '../../model';
import { inspect, nodesOf, readInContainer } from './engine';

/** An object on this machine that has a name which the fleet uses. */
export interface MachineObject {
  readonly kind: 'kind cluster' | 'container' | 'network' | 'volume';
  readonly name: string;
  /** Differs between any two objects, even of the same name. */
  readonly id: string;
  /** Who made it, if it is marked. */
  readonly owner?: Owner;
  /** Of a kind cluster alone. */
  readonly cluster?: {
    /** The nodes' containers, the control plane first. */
    readonly nodes: readonly { readonly id: string; readonly name: string }[];
    readonly generation?: string;
    /** The Docker network that it was made on. */
    readonly network: string;
  };
}

export interface Found {
  readonly objects: readonly MachineObject[];
  /** The volume whose labels record which clone the fleet belongs to. */
  readonly claim?: MachineObject;
}

type Labels = Readonly<Record<string, string>> | null;
/** As `docker inspect` prints it: a volume has no id, and the labels of a container are in its configuration. */
interface Inspected {
  readonly Id?: string;
  readonly Name: string;
  readonly Labels?: Labels;
}
interface Container extends Inspected {
  readonly Id: string;
  readonly Config: { readonly Labels: Labels };
  readonly HostConfig: { readonly NetworkMode: string };
}

/** Finds everything that has one of these names. Changes nothing. @throws FleetError when Docker gives no answer */
export async function findObjects(fleet: FleetName, names: Required<MachineNames>): Promise<Found> {
  const claimName = ownerVolume(fleet);
  const [containers, networks, volumes] = await allOf([
    findContainers(names),
    inspect<Inspected>('network', names.networks),
    inspect<Inspected>('volume', [...names.volumes, claimName]),
  ]);
  const isClaim = ({ name }: MachineObject) => name === claimName;
  const volumeObjects = volumes.map((volume) => objectOf('volume', volume));
  return {
    objects: [
      ...containers,
      ...networks.map((network) => objectOf('network', network)),
      ...volumeObjects.filter((object) => !isClaim(object)),
    ],
    claim: volumeObjects.find(isClaim),
  };
}

async function findContainers({ containers, kindClusters }: Required<MachineNames>): Promise<MachineObject[]> {
  const nodes = await nodesOf(kindClusters.map(({ name }) => name));
  const named = [...containers, ...kindClusters.flatMap((cluster) => cluster.nodes)];
  const found = await inspect<Container>('container', [...nodes, ...named]);
  const unique = [...new Map(found.map((container) => [container.Id, container])).values()];
  const clusterOf = ({ Config }: Container) => Config.Labels?.[kindClusterLabel];
  const others = unique.filter((container) => !kindClusters.some(({ name }) => name === clusterOf(container)));
  const clusters = kindClusters.map((cluster) =>
    clusterObject(
      cluster,
      unique.filter((container) => clusterOf(container) === cluster.name),
    ),
  );
  return [
    ...(await allOf(clusters)).flat(),
    ...others.map((other) => objectOf('container', { ...other, Labels: other.Config.Labels })),
  ];
}

async function clusterObject(
  { name, controlPlane }: KindClusterNames,
  containers: readonly Container[],
): Promise<MachineObject[]> {
  if (containers.length === 0) return [];
  const all = containers.map(({ Id, Name }) => ({ id: Id, name: Name.replace(/^\//, '') }));
  const isControlPlane = (node: { name: string }) => node.name === controlPlane;
  const nodes = [...all.filter(isControlPlane), ...all.filter((node) => !isControlPlane(node))];
  const [generation, ...owners] = await allOf([
    readInContainer(nodes[0]!.id, generationMark),
    ...nodes.map(({ id }) => readInContainer(id, ownerMark)),
  ]);
  const network = containers[0]!.HostConfig.NetworkMode;
  const owner = owners.map(markedOwner).find((found) => found !== undefined);
  const cluster = { nodes, generation: generation || undefined, network };
  return [{ kind: 'kind cluster', name, id: nodes[0]!.id, owner, cluster }];
}

/** The owner that a node's file names; undefined where the file is not complete. */
function markedOwner(text: string | undefined): Owner | undefined {
  try {
    const owner = JSON.parse(text ?? '') as Owner;
    return owner.fleet && owner.clone ? owner : undefined;
  } catch {
    return undefined;
  }
}

function objectOf(kind: MachineObject['kind'], { Id, Name, Labels }: Inspected): MachineObject {
  const owner = labelledOwner(Labels);
  // Docker gives volumes no id, and how exactly it tells when they were created depends on its version.
  return { kind, name: Name.replace(/^\//, ''), id: Id ?? `${Name}@${owner?.clone ?? ''}`, owner };
}

/** The names that a fleet, or a part of it, uses on this machine. Each list that is left out is empty. */
export interface MachineNames {
  readonly kindClusters?: readonly KindClusterNames[];
  readonly containers?: readonly string[];
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
  /** The names of what is not on this machine, and can be taken over as well. */
  readonly elsewhere?: readonly string[];
}

export interface KindClusterNames {
  /** The cluster's name in kind. */
  readonly name: string;
  readonly controlPlane: string;
  /** The containers that are its nodes; empty for a cluster that `fleet.ts` no longer has. */
  readonly nodes: readonly string[];
  /** Whether the fleet needs the name: false for a cluster that `fleet.ts` no longer has. */
  readonly isNeeded: boolean;
}

export function allNames(parts: readonly MachineNames[]): Required<MachineNames> {
  return {
    kindClusters: parts.flatMap(({ kindClusters = [] }) => kindClusters),
    containers: parts.flatMap(({ containers = [] }) => containers),
    networks: parts.flatMap(({ networks = [] }) => networks),
    volumes: parts.flatMap(({ volumes = [] }) => volumes),
    elsewhere: parts.flatMap(({ elsewhere = [] }) => elsewhere),
  };
}
