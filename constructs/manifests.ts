import { App as Scope, Chart } from 'cdk8s';
import {
  baseFolder,
  clusterFolder,
  type Fleet,
  FleetError,
  overlayFolder,
  type Problem,
  repositoryLayout,
  throwProblems,
  type UnitsFolder,
} from '../model';
import { appBase, appOverlay, appRenderers, type UnitInCluster } from './apps';
import { type Base, objectsOf } from './apps/base';
import { withKustomizeFile } from './files/kustomize-file';
import { addFiles, type Tree } from './files/folder';
import { sourceIgnores } from './files/source-ignore';
import { FluxKustomization } from './flux/flux-kustomization';
import type { SynthContext } from './synth-context';
import { tenantFolder } from './tenants/flux';
import { tenantBase, tenantManifests, tenantOverlay } from './tenants/tenant';

/**
 * Every file that Flux reads, by its path in the repository, sorted. Each Kubernetes object has its own file.
 *
 * Each cdk8s chart gets its own cdk8s app, because the cost of rendering a chart grows with the size of its app.
 *
 * @param root the folder of `fleet.ts`
 * @throws FleetError for each mistake in the fleet's files: missing secrets, patches that do not fit.
 */
export function manifests(fleet: Fleet, root: string): Tree {
  const context = { fleet, root };
  const tree = new Map<string, object | string>();
  const errors = new Errors();
  const addUnit = (folder: UnitsFolder, name: string, { base, overlay }: { base: Base; overlay: OverlayOf }) => {
    addFiles(tree, baseFolder(folder, name), base.files);
    for (const [path, content] of base.shared ?? []) tree.set(path, content);
    for (const [cluster, units] of Object.entries(fleet.runs)) {
      const unit = { name, cluster, base };
      const files = units[name] === undefined ? undefined : errors.collect(() => overlay(context, unit));
      if (files) addFiles(tree, overlayFolder(folder, name, cluster), files);
    }
  };
  for (const name of Object.keys(fleet.apps)) {
    const base = errors.collect(() => appBase(context, name));
    if (base) addUnit('apps', name, { base, overlay: appOverlay });
  }
  for (const [name, tenant] of Object.entries(fleet.tenants)) {
    errors.collect(() => {
      const base = tenantBase(context, name);
      addFiles(tree, tenantFolder(name), tenantManifests(context, tenant));
      addUnit('tenants', name, { base, overlay: tenantOverlay });
    });
  }
  errors.throwIfAny();
  for (const cluster of Object.keys(fleet.runs))
    addFiles(tree, clusterFolder(cluster), fluxKustomizations(context, cluster));
  return new Map([...tree, ...sourceIgnores([...tree.keys()])].sort(([a], [b]) => (a < b ? -1 : 1)));
}

type OverlayOf = (context: SynthContext, unit: UnitInCluster) => Tree;

/** One file for each Flux Kustomization of a cluster. */
function fluxKustomizations({ fleet }: SynthContext, cluster: string): Tree {
  const root = repositoryLayout(fleet.git).folder;
  const files = Object.entries(fleet.runs[cluster]!).map(([name, overlay]) => {
    const chart = new Chart(new Scope(), cluster);
    const app = fleet.apps[name];
    const props = app
      ? { after: app.after, shard: app.shard, ...appRenderers.of(app).readiness(app, overlay) }
      : ({ after: fleet.tenants[name]!.after, folder: 'tenants' } as const);
    new FluxKustomization(chart, name, { app: name, cluster, root, ...props });
    return [`${name}.yaml`, objectsOf(chart)[0]!] as const;
  });
  return withKustomizeFile(new Map(files));
}

/** Collects the user's mistakes of several steps, to report all of them in one error. */
export class Errors {
  private readonly problems: Problem[] = [];

  /** The result of the step; undefined if it throws a FleetError, whose problems are collected. */
  collect<Result>(step: () => Result): Result | undefined {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof FleetError)) throw error;
      this.add(error.problems);
      return undefined;
    }
  }

  add(problems: Iterable<Problem>): void {
    this.problems.push(...problems);
  }

  /** @throws FleetError with every collected problem, if there is one. */
  throwIfAny(): void {
    throwProblems(this.problems);
  }
}
