import { clusterScopedKinds } from '../../model';
import type { KubernetesObject } from '../files/object';

interface Definition extends KubernetesObject {
  readonly spec?: { readonly group?: string; readonly names?: { readonly kind?: string }; readonly scope?: string };
}

interface Binding extends KubernetesObject {
  readonly subjects?: readonly { readonly kind: string; readonly namespace?: string }[];
}

/** The objects, with the namespace set in each that has none and whose kind is namespaced, and in subjects of bindings. */
export function inNamespace(namespace: string, objects: readonly KubernetesObject[]): KubernetesObject[] {
  const clusterKinds = new Set(
    (objects as readonly Definition[])
      .filter(({ kind, spec }) => kind === 'CustomResourceDefinition' && spec?.scope === 'Cluster')
      .map(({ spec }) => spec?.names?.kind),
  );
  return objects.map((each) => {
    const object = withSubjects(namespace, each);
    const { namespace: own, ...metadata } = object.metadata;
    if (clusterScopedKinds.has(object.kind) || clusterKinds.has(object.kind)) return { ...object, metadata };
    return { ...object, metadata: { ...metadata, namespace: own ?? namespace } };
  });
}

/** An object in whose list of subjects each ServiceAccount has a namespace, which Kubernetes requires. */
function withSubjects(namespace: string, object: Binding): Binding {
  if (!object.kind.endsWith('RoleBinding') || !object.subjects) return object;
  const { namespace: own = namespace } = object.metadata;
  const subjects = object.subjects.map((each) =>
    each.kind === 'ServiceAccount' && !each.namespace ? { ...each, namespace: own } : each,
  );
  return { ...object, subjects };
}
