import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { clusterFolder, clustersFolder, fluxNamespace, fluxRoot, inFolder } from '../model';
import { clusterRecord } from '../stacks/clusters/record';
import { ClusterClient } from './cluster-client';
import { definedObjects } from './definitions';
import type { Deletion } from './deletion';
import type { RepositoryCopy } from './repository';

/** The namespaces and volume claims in a cluster that are not Kubernetes's or Flux's own. */
interface Holdings {
  readonly namespaces: readonly string[];
  /** `<namespace>/<name>` */
  readonly claims: readonly string[];
}

const systemNamespaces = /^(default|kube-.*|local-path-storage)$/;

/** What a cluster holds; undefined where it does not answer. */
async function holdings(cluster: string, kubeconfig: string): Promise<Holdings | undefined> {
  if (!existsSync(kubeconfig)) return undefined;
  try {
    const { objects } = new ClusterClient(cluster, kubeconfig);
    const [namespaces, claims] = await Promise.all([
      objects.list('v1', 'Namespace'),
      objects.list('v1', 'PersistentVolumeClaim'),
    ]);
    const names = namespaces.items.map(({ metadata }) => metadata?.name ?? '');
    return {
      namespaces: names.filter((name) => !systemNamespaces.test(name) && name !== fluxNamespace),
      claims: claims.items.map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`),
    };
  } catch {
    return undefined;
  }
}

/** The deletion of a whole cluster. */
export async function clusterDeletion(cluster: string, why: string, kubeconfig: string): Promise<Deletion> {
  const held = await holdings(cluster, kubeconfig);
  const text = held
    ? `namespaces ${listed(held.namespaces)}; volume claims ${listed(held.claims)}`
    : 'it does not answer, so what it holds is not known';
  return { id: `cluster/${cluster}`, reason: `${why}; ${text}` };
}

const listed = (names: readonly string[]) => names.join(', ') || 'none';

/** What publishing a tree in place of another one deletes in the clusters that both have. */
export interface PruneProps {
  readonly copy: RepositoryCopy;
  readonly published: string;
  readonly next: string;
  /** The kubeconfig of a cluster, as a file. */
  readonly kubeconfig: (cluster: string) => string;
}

/** The namespaces, volume claims and definitions with objects that Flux would prune. */
export async function prunedDeletions({ copy, published, next, kubeconfig }: PruneProps): Promise<Deletion[]> {
  const [before, after] = await Promise.all([manifestsIn(copy, published), manifestsIn(copy, next)]);
  const deletions = clustersOf(after).map(async (cluster) => {
    const objects = prunedObjects(before, after, cluster);
    const claims = objects.length > 0 ? (await holdings(cluster, kubeconfig(cluster)))?.claims : undefined;
    const deletion = async (object: string): Promise<Deletion[]> => {
      const [kind, name] = object.split(/\/(.*)/) as [string, string];
      if (kind === 'definition') {
        const defined = await definedObjects(cluster, kubeconfig(cluster), name);
        const reason = `the commit removes it from cluster ${cluster}; ${defined}`;
        return defined === undefined ? [] : [{ id: `${object}@${cluster}`, reason }];
      }
      const held = kind === 'namespace' ? (claims ?? []).filter((claim) => claim.startsWith(`${name}/`)) : [];
      const volumes = held.length > 0 ? `; volume claims ${listed(held)}` : '';
      return [{ id: `${object}@${cluster}`, reason: `the commit removes it from cluster ${cluster}${volumes}` }];
    };
    return (await Promise.all(objects.map(deletion))).flat();
  });
  return (await Promise.all(deletions)).flat();
}

/** The texts of a tree's YAML files, by path. */
export type Manifests = ReadonlyMap<string, string>;

async function manifestsIn(copy: RepositoryCopy, tree: string): Promise<Manifests> {
  const plain = ['-I', '--null', '--no-color', '--no-line-number', '--no-column', '--full-name'];
  const found = await copy
    .git(['grep', ...plain, '-e', '', tree, '--', '*.yaml', '*.yml'])
    .catch((error: { exitCode?: number }) => (error.exitCode === 1 ? '' : Promise.reject(error as Error)));
  // Flux's paths begin at the top of the repository, and those of a tree at the fleet's folder.
  const top = `path: ./${inFolder(copy.layout.folder, '')}`;
  const texts = new Map<string, string[]>();
  for (const line of found.split('\n')) {
    const [place = '', text = ''] = line.split('\0');
    const path = place.slice(tree.length + 1);
    const lines = texts.get(path) ?? [];
    lines.push(text.replace(top, 'path: ./'));
    texts.set(path, lines);
  }
  return new Map([...texts].map(([path, lines]) => [path, lines.join('\n')]));
}

function clustersOf(manifests: Manifests): string[] {
  // One that runs nothing has a folder too.
  const parts = [...manifests.keys()].map((path) => path.split('/'));
  return [...new Set(parts.flatMap(([top, cluster = '']) => (top === clustersFolder ? [cluster] : [])))];
}

/** The folders of clusters that the next tree does not have. */
export async function removedClusters({ copy, published, next }: PruneProps): Promise<Deletion[]> {
  const [before, after] = await Promise.all(
    [published, next].map(async (tree) => {
      const paths = await copy.git(['ls-tree', '-z', '--name-only', tree, `${clustersFolder}/`]);
      return paths.split('\0').filter(Boolean);
    }),
  );
  const gone = before!.filter((path) => !after!.includes(path)).map((path) => posix.basename(path));
  const lost = (name: string) => (clusterRecord(name) ? 'Flux from it' : 'the cluster with everything in it');
  return gone.map((name) => ({
    id: `cluster/${name}`,
    reason: `the commit removes its folder, and the next \`npm run up\` ${lost(name)}`,
  }));
}

/** What Flux would prune in a cluster: `namespace/<name>`, `pvc/<namespace>/<name>` of a namespace that stays, `definition/<name>`. */
export function prunedObjects(before: Manifests, after: Manifests, cluster: string): string[] {
  const kept = new Set(heldObjects(after, cluster));
  const pruned = [...new Set(heldObjects(before, cluster))].filter((object) => !kept.has(object));
  return pruned.filter((object) => {
    const [kind, namespace] = object.split('/');
    return kind !== 'pvc' || !pruned.includes(`namespace/${namespace}`);
  });
}

interface Manifest {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: { readonly path?: string; readonly prune?: boolean; readonly sourceRef?: { readonly name?: string } };
  /** Of kustomize. */
  readonly namespace?: string;
  readonly resources?: readonly string[];
  readonly components?: readonly string[];
}

/** The namespaces, volume claims and definitions that a cluster's Flux applies from these files, and may prune. */
function heldObjects(manifests: Manifests, cluster: string): string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  const paths = [clusterFolder(cluster)];
  for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    for (const { kind, metadata, spec } of objectsUnder(manifests, path)) {
      const { name, namespace = 'default', annotations } = metadata ?? {};
      if (annotations?.['kustomize.toolkit.fluxcd.io/prune'] === 'disabled') continue;
      if (kind === 'Namespace') found.push(`namespace/${name}`);
      if (kind === 'CustomResourceDefinition') found.push(`definition/${name}`);
      if (kind === 'PersistentVolumeClaim') found.push(`pvc/${namespace}/${name}`);
      const isApplied = spec?.prune && spec.sourceRef?.name === fluxRoot;
      if (kind === 'Kustomization' && isApplied) paths.push(posix.join('.', spec.path ?? '.').replace(/\/$/, ''));
    }
  }
  return found;
}

/** The objects of a folder, as `kustomize build` collects them: https://kubectl.docs.kubernetes.io/references/kustomize */
function objectsUnder(manifests: Manifests, folder: string): Manifest[] {
  const kustomization = ['kustomization.yaml', 'kustomization.yml']
    .flatMap((file) => parse(manifests.get(posix.join(folder, file))))
    .find(({ apiVersion }) => !apiVersion?.includes('toolkit'));
  // Flux collects every file where there is none.
  if (!kustomization)
    return [...manifests].flatMap(([path, text]) => (path.startsWith(`${folder}/`) ? parse(text) : []));
  const { resources = [], components = [], namespace } = kustomization;
  const objects = [...resources, ...components].flatMap((entry) => {
    const path = posix.join(folder, entry).replace(/\/$/, '');
    return manifests.has(path) ? parse(manifests.get(path)) : objectsUnder(manifests, path);
  });
  return namespace ? objects.map((object) => ({ ...object, metadata: { ...object.metadata, namespace } })) : objects;
}

const relevant =
  /kind["']?\s*:\s*["']?(Namespace|PersistentVolumeClaim|CustomResourceDefinition|Kustomization|Component)\b|\bresources:/;

function parse(text: string | undefined): Manifest[] {
  if (text === undefined || !relevant.test(text)) return [];
  const objects = parseAllDocuments(text).map((document) => document.toJS() as unknown);
  return objects.filter((object): object is Manifest => object !== null && typeof object === 'object');
}
