import { Chart, App as Scope } from 'cdk8s';
import type { App, Fleet, Overlay } from '../model';
import { FluxKustomization } from './flux-kustomization';
import { kustomizeFile, kustomizeFileName } from './kustomize-file';
import { type Tree, under } from './tree';
import { WebAppBase } from './web-app';
import { webAppOverlay } from './web-app-overlay';

/**
 * Everything that Flux reads, by its path in the repository, sorted: one object a file.
 *
 * Each chart has a cdk8s app of its own, since the cost of a chart grows with all that its app holds.
 */
export function manifests(fleet: Fleet): Tree {
  const tree = new Map<string, object>();
  for (const [name, app] of Object.entries(fleet.apps)) {
    under(`apps/${name}/base`, appBase(name, app, fleet), tree);
  }
  for (const [cluster, overlays] of Object.entries(fleet.runs)) {
    under(`clusters/${cluster}`, clusterFolder(cluster, Object.keys(overlays)), tree);
    for (const [name, overlay] of Object.entries(overlays)) {
      under(`apps/${name}/overlays/${cluster}`, appOverlay(name, fleet.apps[name]!, overlay), tree);
    }
  }
  return new Map([...tree].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function appBase(name: string, app: App, fleet: Fleet): Tree {
  const objects = rendered(new WebAppBase(new Scope(), name, { app, fleet: fleet.name }));
  return listed(new Map(objects.map((object) => [`${object.kind.toLowerCase()}.yaml`, object])));
}

function appOverlay(name: string, app: App, overlay: Overlay): Tree {
  return webAppOverlay(name, app, overlay);
}

/** One Flux Kustomization a file; none, for a cluster that runs nothing. */
function clusterFolder(cluster: string, apps: readonly string[]): Tree {
  return listed(
    new Map(
      apps.map((app) => {
        const chart = new Chart(new Scope(), cluster);
        new FluxKustomization(chart, app, { app, cluster });
        return [`${app}.yaml`, rendered(chart)[0]!];
      }),
    ),
  );
}

function rendered(chart: Chart): { kind: string }[] {
  return chart.toJson() as { kind: string }[];
}

/** The files of a folder, and the `kustomization.yaml` that lists them. */
function listed(files: Tree): Tree {
  return new Map([...files, [kustomizeFileName, kustomizeFile({ resources: [...files.keys()] })]]);
}
