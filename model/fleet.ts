import type { App, Overlay, OverlayOf } from './app';
import { checkFleet } from './check';
import type { Cluster } from './cluster';
import { gitServer, type GitServer } from './git-server';

/** What each cluster runs: its apps by name, each with what differs there. */
export type Runs<Clusters, Apps extends Record<string, App>> = {
  readonly [C in keyof Clusters]: { readonly [A in keyof Apps]?: OverlayOf<Apps[A]> };
};

/** A fleet as its owner writes it. */
export interface FleetProps<Clusters extends Record<string, Cluster>, Apps extends Record<string, App>> {
  /**
   * The fleet's name: of its Docker network and of the labels on what it makes.
   * @default 'flux-fleet'
   */
  readonly name?: string;
  /** @default gitServer() */
  readonly git?: GitServer;
  /** The clusters by name. Each is a Pulumi stack of that name. */
  readonly clusters: Clusters;
  /** The apps by name. Each has a namespace of that name in the clusters that run it. */
  readonly apps: Apps;
  /** Which cluster runs what. */
  readonly runs: Runs<Clusters, Apps>;
}

/** A fleet that has passed every check. */
export interface Fleet {
  readonly name: string;
  readonly git: GitServer;
  readonly clusters: Readonly<Record<string, Cluster>>;
  readonly apps: Readonly<Record<string, App>>;
  readonly runs: Readonly<Record<string, Readonly<Record<string, Overlay>>>>;
}

/**
 * A fleet: which clusters there are, which apps, and which cluster runs what.
 *
 * @throws FleetError that names each mistake which the types could not see, with its place.
 */
export function defineFleet<const Clusters extends Record<string, Cluster>, const Apps extends Record<string, App>>(
  props: FleetProps<Clusters, Apps>,
): Fleet {
  const fleet: Fleet = {
    name: props.name ?? 'flux-fleet',
    git: props.git ?? gitServer(),
    clusters: props.clusters,
    apps: props.apps,
    runs: props.runs as Fleet['runs'],
  };
  checkFleet(fleet);
  return fleet;
}

/** The stack that holds the git server; every other stack is a cluster of that name. */
export const gitServerStack = 'git-server';
