import { clusterScopedKinds } from '../../model';
import type { KubernetesObject } from '../files/object';

interface Definition extends KubernetesObject {
  readonly spec?: { readonly group?: string; readonly names?: { readonly kind?: string }; readonly scope?: string };
}

/** The kinds that objects define, as `Kind.group`. */
export function definedKinds(objects: readonly KubernetesObject[]): string[] {
  return definitions(objects).map(({ spec }) => `${spec?.names?.kind}.${spec?.group}`);
}

/** An object's kind as `Kind.group`; undefined for Kubernetes's own kinds. */
export function customKind({ apiVersion, kind }: KubernetesObject): string | undefined {
  const [group] = apiVersion.split('/');
  return apiVersion.includes('.') ? `${kind}.${group}` : undefined;
}

/** The objects, with the namespace set in each that has none and whose kind is namespaced. */
export function inNamespace(namespace: string, objects: readonly KubernetesObject[]): KubernetesObject[] {
  const clusterKinds = new Set(
    definitions(objects)
      .filter(({ spec }) => spec?.scope === 'Cluster')
      .map(({ spec }) => spec?.names?.kind),
  );
  return objects.map((object) => {
    const { namespace: own, ...metadata } = object.metadata;
    if (clusterScopedKinds.has(object.kind) || clusterKinds.has(object.kind)) return { ...object, metadata };
    return { ...object, metadata: { ...metadata, namespace: own ?? namespace } };
  });
}

function definitions(objects: readonly KubernetesObject[]): Definition[] {
  return objects.filter(({ kind }) => kind === 'CustomResourceDefinition');
}
