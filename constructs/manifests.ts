import { Chart, App as Scope } from 'cdk8s';
import { baseFolder, clusterFolder, type Fleet, overlayFolder, type UnitsFolder } from '../model';
import { appBase, appOverlay, appRenderers, type UnitInCluster } from './apps';
import { type Base, objectsOf } from './apps/base';
import { Errors } from './errors';
import { withKustomizeFile } from './files/kustomize-file';
import { addFiles, type Tree } from './files/tree';
import { definitionsOrder } from './flux/definitions-order';
import { FluxKustomization } from './flux/flux-kustomization';
import { Charts, type SynthContext } from './synth-context';
import { tenantFolder } from './tenants/flux';
import { tenantBase, tenantManifests, tenantOverlay } from './tenants/tenant';

/**
 * Every file that Flux reads, by its path in the repository, sorted. Each Kubernetes object has its own file.
 *
 * Each cdk8s chart gets its own cdk8s app, because the cost of rendering a chart grows with the size of its app.
 *
 * @param root the folder of `fleet.ts`
 * @throws FleetError for each mistake in the fleet's files: missing secrets, patches that do not fit, values that a
 * chart does not allow.
 */
export function manifests(fleet: Fleet, root: string): Tree {
  const context = { fleet, root, charts: new Charts(root) };
  const tree = new Map<string, object | string>();
  const errors = new Errors();
  const bases = new Map<string, Base>();
  for (const name of Object.keys(fleet.apps)) {
    const base = errors.collect(() => appBase(context, name));
    if (base) bases.set(name, base);
  }
  for (const [name, base] of bases) addUnit({ context, name, base, folder: 'apps', overlay: appOverlay, tree, errors });
  for (const name of Object.keys(fleet.tenants)) errors.collect(() => addTenant({ context, name, tree, errors }));
  for (const [path, { files }] of context.charts.all()) addFiles(tree, path, files);
  errors.add(definitionsOrder(fleet, bases));
  errors.throwIfAny();
  for (const cluster of Object.keys(fleet.runs))
    addFiles(tree, clusterFolder(cluster), fluxKustomizations(context, cluster));
  return new Map([...tree].sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface AddProps {
  readonly context: SynthContext;
  readonly name: string;
  readonly tree: Map<string, object | string>;
  readonly errors: Errors;
}

function addTenant(props: AddProps): void {
  const { context, name, tree } = props;
  const base = tenantBase(context, name);
  addFiles(tree, tenantFolder(name), tenantManifests(context, context.fleet.tenants[name]!));
  addUnit({ ...props, base, folder: 'tenants', overlay: tenantOverlay });
}

interface AddUnitProps extends AddProps {
  readonly base: Base;
  readonly folder: UnitsFolder;
  readonly overlay: (context: SynthContext, unit: UnitInCluster) => Tree;
}

/** Adds the base of an app or tenant, and its overlay in each cluster that runs it. */
function addUnit({ context, name, base, folder, overlay, tree, errors }: AddUnitProps): void {
  addFiles(tree, baseFolder(folder, name), base.files);
  for (const [cluster, units] of Object.entries(context.fleet.runs)) {
    if (units[name] === undefined) continue;
    const files = errors.collect(() => overlay(context, { name, cluster, base }));
    if (files) addFiles(tree, overlayFolder(folder, name, cluster), files);
  }
}

/** One file for each Flux Kustomization of a cluster. */
function fluxKustomizations({ fleet }: SynthContext, cluster: string): Tree {
  const files = Object.keys(fleet.runs[cluster]!).map((name) => {
    const chart = new Chart(new Scope(), cluster);
    const app = fleet.apps[name];
    const props = app
      ? { after: app.after, ...appRenderers.of(app).readiness(app) }
      : ({ after: fleet.tenants[name]!.after, folder: 'tenants' } as const);
    new FluxKustomization(chart, name, { app: name, cluster, ...props });
    return [`${name}.yaml`, objectsOf(chart)[0]!] as const;
  });
  return withKustomizeFile(new Map(files));
}
