import { App as Cdk8sApp, type Chart, Chart as PlainChart } from 'cdk8s';
import type { App, Fleet, Overlay } from '../model';
import { FluxKustomization } from './flux-kustomization';
import { kustomizeFile, kustomizeFileName } from './kustomize-file';
import { type Tree, under } from './tree';
import { WebAppBase } from './web-app';
import { webAppOverlay } from './web-app-overlay';

/** Everything that Flux reads, by its path in the repository: one object a file. */
export function manifests(fleet: Fleet): Tree {
  const tree = new Map<string, object>();
  const add = (files: Iterable<[string, object]>) => {
    for (const [path, object] of files) tree.set(path, object);
  };
  for (const [name, app] of Object.entries(fleet.apps)) add(under(`apps/${name}/base`, base(name, app, fleet)));
  for (const [cluster, runs] of Object.entries(fleet.runs)) {
    add(under(`clusters/${cluster}`, clusterFolder(cluster, Object.keys(runs))));
    for (const [name, overlay] of Object.entries(runs)) {
      add(under(`apps/${name}/overlays/${cluster}`, overlayFolder(name, fleet.apps[name]!, overlay)));
    }
  }
  return new Map([...tree].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function base(name: string, app: App, fleet: Fleet): Tree {
  const files = objects(new WebAppBase(new Cdk8sApp(), name, { app, fleet: fleet.name })).map(
    (object) => [`${object.kind.toLowerCase()}.yaml`, object] as const,
  );
  return new Map<string, object>([
    ...files,
    [kustomizeFileName, kustomizeFile({ resources: files.map(([path]) => path) })],
  ]);
}

function overlayFolder(name: string, app: App, overlay: Overlay): Tree {
  return webAppOverlay(name, app, overlay);
}

/** One Flux Kustomization a file, and the list of them, which may be empty. */
function clusterFolder(cluster: string, apps: readonly string[]): Tree {
  const files = apps.map((app) => {
    // A cdk8s app of its own each: a chart's cost grows with all that its app holds.
    const chart = new PlainChart(new Cdk8sApp(), cluster);
    new FluxKustomization(chart, app, { app, cluster });
    return [`${app}.yaml`, objects(chart)[0]!] as const;
  });
  return new Map<string, object>([
    ...files,
    [kustomizeFileName, kustomizeFile({ resources: files.map(([path]) => path) })],
  ]);
}

function objects(chart: Chart): { kind: string }[] {
  return chart.toJson() as { kind: string }[];
}
