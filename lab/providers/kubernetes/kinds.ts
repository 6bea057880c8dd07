import { unsupported } from '../rpc/provider';

export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** The groups of Kubernetes itself; every other one is of custom resource definitions. */
const own = new Set([
  '',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'apps',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'extensions',
  'flowcontrol.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
  'storagemigration.k8s.io',
]);

/** Groups of which every kind stands outside of namespaces. */
const clusterGroups = new Set([
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'node.k8s.io',
  'scheduling.k8s.io',
  'storagemigration.k8s.io',
]);

const clusterKinds = new Set([
  'Namespace',
  'Node',
  'PersistentVolume',
  'ComponentStatus',
  'ClusterRole',
  'ClusterRoleBinding',
  'StorageClass',
  'VolumeAttachment',
  'VolumeAttributesClass',
  'CSIDriver',
  'CSINode',
  'IngressClass',
  'IPAddress',
  'ServiceCIDR',
  'CertificateSigningRequest',
  'ClusterTrustBundle',
  'DeviceClass',
  'ResourceSlice',
  'DeviceTaintRule',
]);

/**
 * What a type token such as `kubernetes:apps/v1:Deployment` stands for.
 *
 * @throws for types that are not Kubernetes objects: charts, files, patches, lists
 */
export function kindOfToken(token: string): Kind {
  const [provider, module, kind] = token.split(':');
  const isObject = provider === 'kubernetes' && module?.includes('/') === true && kind !== undefined;
  if (!isObject || /^(helm\.sh|yaml|kustomize)\//.test(module)) throw unsupported(`the resource type ${token}`);
  const apiVersion = module.replace(/^core\//, '');
  if (isOwn({ apiVersion }) && /(Patch|List)$/.test(kind)) throw unsupported(`the resource type ${token}`);
  return { apiVersion, kind };
}

export function groupOf({ apiVersion }: Pick<Kind, 'apiVersion'>): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** True for kinds of Kubernetes itself, about which everything is known without asking the cluster. */
export function isOwn(kind: Pick<Kind, 'apiVersion'>): boolean {
  return own.has(groupOf(kind));
}

/** True for kinds of Kubernetes itself that live in namespaces. */
export function isOwnNamespaced(kind: Kind): boolean {
  return isOwn(kind) && !clusterGroups.has(groupOf(kind)) && !clusterKinds.has(kind.kind);
}
