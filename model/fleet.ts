import type { App, Overlay, OverlayOf } from './app';
import { checkFleet, defaultName } from './check';
import type { Cluster } from './cluster';
import { withDefaults } from './defaults';
import { gitServer, type GitServer } from './git-server';

/** What each cluster runs: its apps by name, each with what differs there. */
export type Runs<Clusters, Apps extends Record<string, App>> = {
  readonly [C in keyof Clusters]: { readonly [A in keyof Apps]?: OverlayOf<Apps[A]> };
};

/** Apps that come after apps of these names, and never after themselves. */
export type Ordered<Apps> = {
  readonly [A in keyof Apps]: string extends keyof Apps
    ? unknown
    : { readonly after: readonly Exclude<keyof Apps, A>[] };
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
  readonly apps: Apps & Ordered<NoInfer<Apps>>;
  /** Which cluster runs what. */
  readonly runs: Runs<NoInfer<Clusters>, NoInfer<Apps>>;
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
 * @throws FleetError that names every mistake at once, each with its place. Most are errors of type
 * too; this finds them where types are not looked at, as when Pulumi or cdk8s run the file.
 */
export function defineFleet<const Clusters extends Record<string, Cluster>, const Apps extends Record<string, App>>(
  props: FleetProps<Clusters, Apps>,
): Fleet {
  checkFleet(props);
  return {
    name: props.name ?? defaultName,
    git: props.git ?? gitServer(),
    clusters: props.clusters,
    apps: props.apps,
    runs: mapValues(props.runs, (apps) => withDefaults({}, apps as Readonly<Record<string, Overlay>>)),
  };
}

function mapValues<V, W>(object: Readonly<Record<string, V>>, map: (value: V) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
}
