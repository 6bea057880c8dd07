import { alertsModels, type FleetAlerts } from './alerts';
import { alertLog } from './alerts/log';
import { type App, appModels, type Overlay, type OverlayOf } from './apps';
import { type Cluster, clusterModels } from './clusters';
import { mapValues, withDefaults } from './defaults';
import { throwProblems } from './fleet-error';
import { type Flux, fluxModels } from './flux';
import { fluxComponents } from './flux/components';
import { defaultFleetName } from './names';
import { registered } from './registry';
import { type Repository, repositoryModels } from './repositories';
import { gitServer } from './repositories/git-server';
import { fileState, type FleetState, stateRule } from './state';
import { type Tenant, type TenantOverlay, tenantRule } from './tenants/tenant';
import { fleetProblems } from './validation/check';
import * as v from './validation/schema';
import { asRecord } from './validation/values';
import { type Versions, versionProblems, versionsRule, withVersions } from './versions';

type Apps = Readonly<Record<string, App>>;

type Tenants = Readonly<Record<string, Tenant>>;

/** What each cluster runs: its apps and its tenants by name, each with what differs there. */
export type Runs<Clusters, A extends Apps, T extends Tenants> = {
  readonly [C in keyof Clusters]: {
    readonly [N in keyof A | keyof T]?: N extends keyof A ? OverlayOf<A[N]> : TenantOverlay;
  };
};

/** Apps or tenants that can come after others of these names, never after themselves. */
export type Ordered<Units, Names> = {
  readonly [U in keyof Units]: string extends Names ? unknown : { readonly after: readonly Exclude<Names, U>[] };
};

export interface FleetProps<Clusters extends Record<string, Cluster>, A extends Apps, T extends Tenants> {
  /**
   * The fleet's name. What it has on a machine derives from it, so that fleets of several clones live side by side:
   * with the name `shop`, the network `shop`, the cluster `shop-cluster-dev`, the container `shop-gitserver`.
   * @default 'flux-fleet': `cluster-dev`, `gitserver`, port 2222'
   */
  readonly name?: string;
  /** The repository that Flux reads: `gitServer()`, or `hosted({ url: '…' })`. @default gitServer() */
  readonly git?: Repository;
  /** How the clusters have Flux. @default fluxComponents() */
  readonly flux?: Flux;
  /** Where the clusters' failures are posted. @default alertLog() */
  readonly alerts?: FleetAlerts;
  /** Where Pulumi keeps what it knows of the clusters and the repository. @default fileState() */
  readonly state?: FleetState;
  /** The clusters by name. Each is a Pulumi stack of that name. */
  readonly clusters: Clusters;
  /** The apps by name. Each has a namespace of that name in the clusters that run it. */
  readonly apps: A & Ordered<NoInfer<A>, keyof NoInfer<A> | keyof NoInfer<T>>;
  /** The teams that share the clusters, by name. @default - none */
  readonly tenants?: T & Ordered<NoInfer<T>, keyof NoInfer<A> | keyof NoInfer<T>>;
  /** The versions that differ by cluster, as a file of data: `import versions from './versions.json'`. @default - none */
  readonly versions?: Versions;
  /** Which cluster runs what. */
  readonly runs: Runs<NoInfer<Clusters>, NoInfer<A>, NoInfer<T>>;
}

/** A fleet that has passed every check. */
export interface Fleet {
  readonly name: string;
  readonly git: Repository;
  readonly flux: Flux;
  readonly alerts: FleetAlerts;
  readonly state: FleetState;
  readonly clusters: Readonly<Record<string, Cluster>>;
  readonly apps: Apps;
  readonly tenants: Tenants;
  readonly versions: Versions;
  /** With the versions of {@link versions}. */
  readonly runs: Readonly<Record<string, Readonly<Record<string, Overlay | TenantOverlay>>>>;
}

/**
 * A fleet: which clusters there are, which apps, and which cluster runs what.
 *
 * @throws FleetError that names every mistake at once, each with its place. Most are errors of type
 * too; this finds them where types are not checked, as when Pulumi or cdk8s run the file.
 */
export function defineFleet<
  const Clusters extends Record<string, Cluster>,
  const A extends Apps,
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- a fleet without tenants has no names of tenants
  const T extends Tenants = {},
>(props: FleetProps<Clusters, A, T>): Fleet {
  const { versions = {}, runs: running } = asRecord(props);
  const runs = mapValues(asRecord(running), asRecord);
  const merged = { ...asRecord(props), runs: withVersions(runs, versions) };
  throwProblems([...fleetSchema('', props), ...fleetProblems(merged), ...versionProblems(versions, runs)]);
  return {
    name: props.name ?? defaultFleetName,
    git: props.git ?? gitServer(),
    flux: props.flux ?? fluxComponents(),
    alerts: props.alerts ?? alertLog(),
    state: props.state ?? fileState(),
    clusters: props.clusters,
    apps: props.apps,
    tenants: props.tenants ?? {},
    versions: versions as Versions,
    runs: mapValues(merged.runs, (units) => withDefaults({}, units as Fleet['runs'][string])),
  };
}

/** Names are checked by {@link fleetProblems}, and so is what a cluster overrides, by the schema of its app or tenant. */
const name = v.anything as v.Rule<string>;

const fleetSchema = v.schema<FleetProps<Record<string, Cluster>, Apps, Tenants>>({
  clusters: v.record(name, registered<Cluster>(clusterModels, 'a cluster', 'kind()')),
  apps: v.record(
    name,
    registered<App>(appModels, 'an app', "webApp({ image: 'ghcr.io/org/app', tag: '1.0.0', port: 8080 })"),
  ),
  runs: v.record(name, v.record(name, v.anything as v.Rule<Overlay | undefined>)),
  name: v.optional(v.string),
  versions: v.optional(versionsRule),
  git: v.optional(registered<Repository>(repositoryModels, 'a repository', 'gitServer()')),
  flux: v.optional(registered<Flux>(fluxModels, 'a way to install Flux', 'fluxComponents()')),
  alerts: v.optional(registered<FleetAlerts>(alertsModels, 'a destination for alerts', 'alertLog()')),
  state: v.optional(stateRule),
  tenants: v.optional(v.record(name, tenantRule)),
});

/** The container images of a fleet's apps, each once, as far as the model knows them: not those of charts and folders. */
export function imagesOf({ apps, runs }: Fleet): readonly string[] {
  const images = Object.values(runs).flatMap((running) =>
    Object.entries(running).flatMap(([name, overlay]) => {
      const app = apps[name];
      return (app && appModels.of(app).images?.(app, overlay)) ?? [];
    }),
  );
  return [...new Set(images)];
}
