import { Chart, App as Scope } from 'cdk8s';
import { type App, type Fleet, type Overlay, secretsOf } from '../model';
import { FluxKustomization } from './flux-kustomization';
import { listed } from './kustomize-file';
import { appLabels } from './labels';
import { Mistakes } from './mistakes';
import type { KubernetesObject } from './object';
import { overlayFolder } from './overlay';
import { readSecretFile } from './secret-file';
import { type Tree, under } from './tree';
import { WebAppBase } from './web-app';
import { webAppChanges } from './web-app-overlay';

/** A fleet, and the folder of its `fleet.ts`. */
interface Site {
  readonly fleet: Fleet;
  readonly root: string;
}

/** An app's base: its files, and the objects in them. */
interface Base {
  readonly files: Tree;
  readonly objects: readonly KubernetesObject[];
}

/**
 * Everything that Flux reads, by its path in the repository, sorted: one object a file.
 *
 * Each chart has a cdk8s app of its own, since the cost of a chart grows with all that its app holds.
 *
 * @param root the folder of `fleet.ts`
 * @throws FleetError that names every mistake in what the fleet reads: secrets that are missing, patches that do
 * not fit.
 */
export function manifests(fleet: Fleet, root: string): Tree {
  const tree = new Map<string, object | string>();
  const mistakes = new Mistakes();
  for (const [name, app] of Object.entries(fleet.apps)) {
    const base = appBase(name, app, fleet);
    under(`apps/${name}/base`, listed(base.files), tree);
    for (const [cluster, overlays] of Object.entries(fleet.runs)) {
      const overlay = overlays[name];
      if (overlay === undefined) continue;
      const folder = mistakes.noting(() => appOverlay({ fleet, root }, base, { name, app, cluster, overlay }));
      if (folder) under(`apps/${name}/overlays/${cluster}`, folder, tree);
    }
  }
  for (const cluster of Object.keys(fleet.runs)) under(`clusters/${cluster}`, clusterFolder(cluster, fleet), tree);
  mistakes.throwAny();
  return new Map([...tree].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function appBase(name: string, app: App, fleet: Fleet): Base {
  const objects = rendered(new WebAppBase(new Scope(), name, { app, fleet: fleet.name }));
  return { objects, files: new Map(objects.map((object) => [`${object.kind.toLowerCase()}.yaml`, object])) };
}

/** An app in a cluster that runs it. */
interface AppInCluster {
  readonly name: string;
  readonly app: App;
  readonly cluster: string;
  readonly overlay: Overlay;
}

function appOverlay({ fleet, root }: Site, base: Base, { name, app, cluster, overlay }: AppInCluster): Tree {
  const secret = readSecretFile({ fleet, root, cluster, app: name });
  const own = webAppChanges({ name, app, overlay, labels: appLabels(fleet.name, name), secretHash: secret?.hash });
  const place = `runs.${cluster}.${name}`;
  return overlayFolder({ place, base: base.objects, own, patches: overlay.patches, secret: secret?.text });
}

/** One Flux Kustomization a file; none, for a cluster that runs nothing. */
function clusterFolder(cluster: string, fleet: Fleet): Tree {
  const apps = Object.keys(fleet.runs[cluster]!);
  return listed(
    new Map(
      apps.map((app) => {
        const chart = new Chart(new Scope(), cluster);
        const { after, timeout } = fleet.apps[app]!;
        const encrypted = Object.keys(secretsOf(fleet, app)).length > 0;
        new FluxKustomization(chart, app, { app, cluster, after, timeout, encrypted });
        return [`${app}.yaml`, rendered(chart)[0]!];
      }),
    ),
  );
}

function rendered(chart: Chart): KubernetesObject[] {
  return chart.toJson() as KubernetesObject[];
}
