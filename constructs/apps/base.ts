import { Chart, App as Scope } from 'cdk8s';
import { type Cdk8sApp, FleetError, type HelmApp, type KustomizeApp, type WebApp } from '../../model';
import type { ChartFolder } from './helm/chart-folder';
import { inNamespace } from './cluster-scope';
import { readFolder } from '../files/folder';
import { HelmBase } from './helm/helm-release';
import { kustomizeFolder, plainSecret } from './kustomize/folder';
import { kustomizeFile, kustomizeFileName, listed } from '../files/kustomize-file';
import { appLabels } from '../labels';
import { AppNamespace } from './namespace';
import type { KubernetesObject } from '../files/object';
import { isPlainSecret } from '../secrets/secret-file';
import type { Site } from '../synth-context';
import { type Tree, under } from '../files/tree';
import { WebAppBase } from './web/base';

/** An app's base. */
export interface Base {
  /** Its files, the `kustomization.yaml` among them. */
  readonly files: Tree;
  /** The objects in them, as overlays find them. */
  readonly objects: readonly KubernetesObject[];
  /** The chart of a Helm release in the fleet's Git. */
  readonly chart?: ChartFolder;
}

export function webAppBase(name: string, app: WebApp, { fleet }: Site): Base {
  return ofObjects(rendered(new WebAppBase(new Scope(), name, { app, fleet: fleet.name })));
}

export function helmBase(name: string, app: HelmApp, { fleet, charts }: Site): Base {
  const base = ofObjects(rendered(new HelmBase(new Scope(), name, { app, fleet })));
  return app.chart.type === 'git' ? { ...base, chart: charts.get(app.chart) } : base;
}

/** The user's folder as it is, in a folder of the base that adds a namespace. */
export function kustomizeBase(name: string, app: KustomizeApp, { fleet, root }: Site): Base {
  const { files, objects } = kustomizeFolder(app.folder, readFolder(root, app.folder));
  const folder = 'folder';
  const foreign = objects.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name !== name);
  if (foreign && !app.ownNamespaces) {
    const problem = `the folder makes the namespace \`${foreign.metadata.name}\`, and each of its objects gets \`${name}\``;
    throw new FleetError({ place: `apps.${name}`, problem, next: 'Say `ownNamespaces: true`, or take it from there' });
  }
  const own = namespaceUnlessIn(objects, { name, app, fleet: fleet.name });
  const tree = new Map<string, object | string>(own.map((object) => ['namespace.yaml', object]));
  under(folder, files, tree);
  const resources = [...own.map(() => 'namespace.yaml'), folder];
  tree.set(kustomizeFileName, kustomizeFile({ resources, namespace: app.ownNamespaces ? undefined : name }));
  // Patches find them as the folder has them, whatever kustomize makes of their names and namespaces.
  return { files: tree, objects: [...own, ...objects] };
}

/** The objects that the user's construct makes, one a file. */
export function cdk8sBase(name: string, app: Cdk8sApp, { fleet }: Site): Base {
  const scope = new Scope();
  const chart = new Chart(scope, name, { labels: appLabels(fleet.name, name), disableResourceNameHashes: true });
  const place = `apps.${name}.construct`;
  try {
    app.construct(chart);
    const made = inNamespace(name, scope.charts.flatMap(rendered));
    const objects = [...namespaceUnlessIn(made, { name, app, fleet: fleet.name }), ...made];
    if (made.length > new Set(made.map(fileOf)).size) {
      throw new FleetError({ place, problem: 'two of its objects have one kind and one name', next: 'Rename one' });
    }
    if (made.some(isPlainSecret)) throw new FleetError(plainSecret(place));
    return ofObjects(objects, fileOf);
  } catch (error) {
    if (error instanceof FleetError) throw error;
    const problem = `it failed: ${error instanceof Error ? error.message : String(error)}`;
    throw new FleetError({ place, problem, next: 'Mend the construct' });
  }
}

/** A base of these objects, one a file. */
export function ofObjects(objects: readonly KubernetesObject[], nameOf = kindFile): Base {
  return { objects, files: listed(new Map(objects.map((object) => [nameOf(object), object]))) };
}

function kindFile({ kind }: KubernetesObject): string {
  return `${kind.toLowerCase()}.yaml`;
}

/** The file of an object that others of its kind are beside. */
export function fileOf({ kind, metadata }: KubernetesObject): string {
  return `${kind}-${metadata.name}.yaml`.toLowerCase().replaceAll(/[^a-z0-9.-]+/g, '-');
}

interface NamespaceProps {
  readonly name: string;
  readonly app: KustomizeApp | Cdk8sApp;
  /** The fleet's name. */
  readonly fleet: string;
}

/** The app's Namespace; nothing, where the objects bring it. */
function namespaceUnlessIn(
  objects: readonly KubernetesObject[],
  { name, app, fleet }: NamespaceProps,
): KubernetesObject[] {
  if (objects.some(({ kind, metadata }) => kind === 'Namespace' && metadata.name === name)) return [];
  const chart = new Chart(new Scope(), name, { labels: appLabels(fleet, name) });
  new AppNamespace(chart, 'namespace', { name, podSecurity: app.podSecurity });
  return rendered(chart);
}

/** The objects of a chart, as JSON has them. */
export function rendered(chart: Chart): KubernetesObject[] {
  return chart.toJson() as KubernetesObject[];
}
