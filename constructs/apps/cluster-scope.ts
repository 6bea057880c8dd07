import { clusterScopedKinds } from '../../model';
import type { KubernetesObject } from '../files/object';

interface Definition extends KubernetesObject {
  readonly spec?: { readonly group?: string; readonly names?: { readonly kind?: string }; readonly scope?: string };
}

/** The objects, with the namespace set in each that has none and whose kind is namespaced. */
export function inNamespace(namespace: string, objects: readonly KubernetesObject[]): KubernetesObject[] {
  const clusterKinds = new Set(
    (objects as readonly Definition[])
      .filter(({ kind, spec }) => kind === 'CustomResourceDefinition' && spec?.scope === 'Cluster')
      .map(({ spec }) => spec?.names?.kind),
  );
  return objects.map((object) => {
    const { namespace: own, ...metadata } = object.metadata;
    if (clusterScopedKinds.has(object.kind) || clusterKinds.has(object.kind)) return { ...object, metadata };
    return { ...object, metadata: { ...metadata, namespace: own ?? namespace } };
  });
}
