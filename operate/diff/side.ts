import { fluxNamespace, fluxRoot, type RepositoryLayout, repositoryLayout } from '../../model';
import type { Builds } from '../build-check/build';
import type { BuiltObject } from '../build-check/built';
import { definedScopes, groupOf, isNamespaced, type KubernetesObject } from '../build-check/object';
import { isApart } from '../build-check/post-render';
import { fluxPath } from '../build-check/units';

/** What a cluster has by one commit, or by the working tree. */
export interface ClusterSide {
  readonly cluster: string;
  /** Whether this side does not have the cluster at all. */
  readonly isMissing: boolean;
  /** The folder of the manifests. */
  readonly folder: string;
  /** By {@link identify}. */
  readonly objects: ReadonlyMap<string, BuiltObject>;
  /** Objects that are in two apps. */
  readonly doubles: readonly { readonly first: BuiltObject; readonly second: BuiltObject }[];
  /** The Flux Kustomizations by the folder that they build: those that apply {@link objects}. */
  readonly parents: ReadonlyMap<string, KubernetesObject>;
  /** Why apps could not be built, by their names. */
  readonly failed: ReadonlyMap<string, string>;
}

/** A cluster that one side does not have. */
export function noCluster(cluster: string, folder: string): ClusterSide {
  return { cluster, isMissing: true, folder, objects: new Map(), doubles: [], parents: new Map(), failed: new Map() };
}

/** The objects of a cluster, of its build. */
export async function sideOf(builds: Builds, cluster: string): Promise<ClusterSide> {
  const { objects: built, problems } = await builds.of(cluster);
  const failed = new Map(problems.map(({ unit, problem }) => [unit.name, problem]));
  const scopes = definedScopes(built.map(({ object }) => object));
  const objects = new Map<string, BuiltObject>();
  const doubles: { first: BuiltObject; second: BuiltObject }[] = [];
  for (const one of built) {
    if (failed.has(one.unit.name)) continue;
    const id = identify(one, scopes);
    const first = objects.get(id);
    if (!first) objects.set(id, one);
    else if (!isApart(one)) doubles.push({ first, second: one });
  }
  return {
    cluster,
    isMissing: false,
    folder: builds.props.manifests,
    objects,
    doubles,
    parents: parentsIn(built, repositoryLayout(builds.props.fleet.git)),
    failed,
  };
}

/** What Kubernetes knows an object by, whatever the version of its API. A hook of Helm's has no name for itself alone. */
function identify(one: BuiltObject, scopes: ReadonlyMap<string, boolean>): string {
  const { object } = one;
  const namespace = isNamespaced(object, scopes) === false ? '' : namespaceOf(one);
  const file = isApart(one) ? one.file : '';
  return JSON.stringify([groupOf(object), object.kind, namespace, object.metadata.name, file]);
}

/** The namespace of an object. Helm puts one that has none into the release's. */
export function namespaceOf({ object, release }: BuiltObject): string {
  const { targetNamespace } = (release?.['spec'] ?? {}) as { readonly targetNamespace?: string };
  return object.metadata.namespace ?? targetNamespace ?? release?.metadata.namespace ?? '';
}

function parentsIn(built: readonly BuiltObject[], layout: RepositoryLayout): Map<string, KubernetesObject> {
  return new Map(
    built.flatMap(({ object }) => {
      const path = fluxPath(object, layout);
      return path === undefined ? [] : [[path, object] as const];
    }),
  );
}

/** Whether an object is in the folder of a cluster, which its root Flux Kustomization applies. */
export function isOfRoot({ unit }: BuiltObject): boolean {
  return unit.name === fluxRoot;
}

/** The app or tenant that an object is shown with: of a Flux Kustomization, the one that it applies. */
export function appOf({ unit, object }: BuiltObject): string {
  return unit.name === fluxRoot && object.metadata.namespace === fluxNamespace ? object.metadata.name : unit.name;
}
