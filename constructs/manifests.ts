import { Chart, App as Scope } from 'cdk8s';
import { type Fleet, secretsOf } from '../model';
import { appBase, appOverlay } from './app';
import { type Base, rendered } from './base';
import { definitionsOrder } from './definitions-order';
import { times } from './duration';
import { FluxKustomization } from './flux-kustomization';
import { listed } from './kustomize-file';
import { Mistakes } from './mistakes';
import { Charts, type Site } from './site';
import { type Tree, under } from './tree';

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
  for (const [path, { files }] of site.charts.all()) under(path, files, tree);
  mistakes.note(definitionsOrder(fleet, bases));
  mistakes.throwAny();
  for (const cluster of Object.keys(fleet.runs))
    under(`clusters/${cluster}`, clusterFolder(site, cluster, bases), tree);
  return new Map([...tree].sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface AddAppProps {
  readonly site: Site;
  readonly name: string;
  readonly base: Base;
  readonly tree: Map<string, object | string>;
  readonly mistakes: Mistakes;
}

function addApp({ site, name, base, tree, mistakes }: AddAppProps): void {
  under(`apps/${name}/base`, base.files, tree);
  for (const [cluster, running] of Object.entries(site.fleet.runs)) {
    if (running[name] === undefined) continue;
    const folder = mistakes.noting(() => appOverlay(site, { name, cluster, base }));
    if (folder) under(`apps/${name}/overlays/${cluster}`, folder, tree);
  }
}

/** One Flux Kustomization a file; none, for a cluster that runs nothing. */
function clusterFolder({ fleet }: Site, cluster: string, bases: ReadonlyMap<string, Base>): Tree {
  const files = Object.keys(fleet.runs[cluster]!).map((name) => {
    const app = fleet.apps[name]!;
    const chart = new Chart(new Scope(), cluster);
    new FluxKustomization(chart, name, {
      app: name,
      cluster,
      after: app.after,
      // A release that fails is rolled back, which may take as long as it took to fail.
      timeout: app.type === 'helm' ? times(app.timeout, 2) : app.timeout,
      health: app.type === 'kustomize' || app.type === 'cdk8s' ? app.health : [],
      encrypted: Boolean(bases.get(name)?.encrypted) || Object.keys(secretsOf(fleet, name)).length > 0,
    });
    return [`${name}.yaml`, rendered(chart)[0]!] as const;
  });
  return listed(new Map(files));
}
