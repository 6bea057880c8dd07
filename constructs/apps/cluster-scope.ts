import type { KubernetesObject } from '../files/object';

/** Kubernetes's own kinds that have no namespace. */
const clusterScoped = new Set([
  'APIService',
  'CSIDriver',
  'CSINode',
  'CertificateSigningRequest',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'DeviceClass',
  'FlowSchema',
  'IngressClass',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'MutatingWebhookConfiguration',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PriorityClass',
  'PriorityLevelConfiguration',
  'RuntimeClass',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
  'VolumeAttachment',
]);

/** A CustomResourceDefinition, as far as it is looked at here. */
interface Definition extends KubernetesObject {
  readonly spec?: { readonly group?: string; readonly names?: { readonly kind?: string }; readonly scope?: string };
}

/** The kinds that objects define, as `Kind.group`. */
export function definedKinds(objects: readonly KubernetesObject[]): string[] {
  return definitions(objects).map(({ spec }) => `${spec?.names?.kind}.${spec?.group}`);
}

/** An object's kind as `Kind.group`; nothing, for Kubernetes's own. */
export function customKind({ apiVersion, kind }: KubernetesObject): string | undefined {
  const [group] = apiVersion.split('/');
  return apiVersion.includes('.') ? `${kind}.${group}` : undefined;
}

/** The objects, each with the namespace unless it has one or is of a kind that has none. */
export function inNamespace(namespace: string, objects: readonly KubernetesObject[]): KubernetesObject[] {
  const own = new Set(
    definitions(objects)
      .filter(({ spec }) => spec?.scope === 'Cluster')
      .map(({ spec }) => spec?.names?.kind),
  );
  return objects.map((object) => {
    const { namespace: said, ...metadata } = object.metadata;
    if (clusterScoped.has(object.kind) || own.has(object.kind)) return { ...object, metadata };
    return { ...object, metadata: { ...metadata, namespace: said ?? namespace } };
  });
}

function definitions(objects: readonly KubernetesObject[]): Definition[] {
  return objects.filter(({ kind }) => kind === 'CustomResourceDefinition');
}
