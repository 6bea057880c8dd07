import { Chart, App as Scope } from 'cdk8s';
import type { App, Fleet } from '../model';
import { appBase, appOverlay } from './apps/app';
import { type Base, rendered } from './apps/base';
import { definitionsOrder } from './flux/definitions-order';
import { times } from './flux/duration';
import { FluxKustomization, type FluxKustomizationProps } from './flux/flux-kustomization';
import { listed } from './files/kustomize-file';
import { Mistakes } from './errors';
import { Charts, type Site } from './synth-context';
import { tenantBase, tenantManifests, tenantOverlay } from './tenants/tenant';
import { tenantFolder } from './tenants/flux';
import { type Tree, under } from './files/tree';

/**
 * Everything that Flux reads, by its path in the repository, sorted: one object a file.
 *
 * Each chart has a cdk8s app of its own, since the cost of a chart grows with all that its app holds.
 *
 * @param root the folder of `fleet.ts`
 * @throws FleetError that names every mistake in what the fleet reads: secrets that are missing, patches that do
 * not fit, values that a chart refuses.
 */
export function manifests(fleet: Fleet, root: string): Tree {
  const site = { fleet, root, charts: new Charts(root) };
  const tree = new Map<string, object | string>();
  const mistakes = new Mistakes();
  const bases = new Map<string, Base>();
  for (const [name, app] of Object.entries(fleet.apps)) {
    const base = mistakes.noting(() => appBase(site, name, app));
    if (base) bases.set(name, base);
  }
  for (const [name, base] of bases) addApp({ site, name, base, tree, mistakes });
  for (const name of Object.keys(fleet.tenants)) mistakes.noting(() => addTenant({ site, name, tree, mistakes }));
  for (const [path, { files }] of site.charts.all()) under(path, files, tree);
  mistakes.note(definitionsOrder(fleet, bases));
  mistakes.throwAny();
  for (const cluster of Object.keys(fleet.runs)) under(`clusters/${cluster}`, clusterFolder(site, cluster), tree);
  return new Map([...tree].sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface AddProps {
  readonly site: Site;
  readonly name: string;
  readonly tree: Map<string, object | string>;
  readonly mistakes: Mistakes;
}

function addTenant({ site, name, tree, mistakes }: AddProps): void {
  const tenant = site.fleet.tenants[name]!;
  const base = tenantBase(name, tenant, site);
  under(`tenants/${name}/base`, base.files, tree);
  under(tenantFolder(name), tenantManifests(tenant, site), tree);
  for (const cluster of clustersOf(site.fleet, name)) {
    const folder = mistakes.noting(() => tenantOverlay(site, { name, cluster, base }));
    if (folder) under(`tenants/${name}/overlays/${cluster}`, folder, tree);
  }
}

interface AddAppProps extends AddProps {
  readonly base: Base;
}

function addApp({ site, name, base, tree, mistakes }: AddAppProps): void {
  under(`apps/${name}/base`, base.files, tree);
  for (const cluster of clustersOf(site.fleet, name)) {
    const folder = mistakes.noting(() => appOverlay(site, { name, cluster, base }));
    if (folder) under(`apps/${name}/overlays/${cluster}`, folder, tree);
  }
}

/** The clusters that run an app or have a tenant. */
function clustersOf({ runs }: Fleet, name: string): string[] {
  return Object.keys(runs).filter((cluster) => runs[cluster]![name] !== undefined);
}

/** One Flux Kustomization a file; none, for a cluster that runs nothing. */
function clusterFolder({ fleet }: Site, cluster: string): Tree {
  const files = Object.keys(fleet.runs[cluster]!).map((name) => {
    const chart = new Chart(new Scope(), cluster);
    const app = fleet.apps[name];
    const more = app
      ? { after: app.after, ...ready(app) }
      : ({ after: fleet.tenants[name]!.after, folder: 'tenants' } as const);
    new FluxKustomization(chart, name, { app: name, cluster, ...more });
    return [`${name}.yaml`, rendered(chart)[0]!] as const;
  });
  return listed(new Map(files));
}

/** When an app is ready, and how long that may take. */
function ready(app: App): Pick<FluxKustomizationProps, 'timeout' | 'health'> {
  // A release that fails is rolled back, which may take as long as it took to fail.
  if (app.type === 'helm') return { timeout: times(app.timeout, 2) };
  return { timeout: app.timeout, health: app.type === 'web' ? [] : app.health };
}
