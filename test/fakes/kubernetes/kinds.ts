/** A kind as the API server lists it. */
export interface Kind {
  readonly kind: string;
  /** Its plural, as in paths. */
  readonly name: string;
  readonly namespaced: boolean;
}

const ofCluster = [
  'Namespace',
  'Node',
  'PersistentVolume',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'StorageClass',
];

/** A kind, with the plural that Kubernetes' own rules give it. */
export function kindOf(kind: string): Kind {
  const lower = kind.toLowerCase();
  const plural = /[^aeiou]y$/.test(lower) ? lower.replace(/y$/, 'ies') : lower.replace(/(s|x|ch|sh)?$/, endingOf);
  return { kind, name: plural, namespaced: !ofCluster.includes(kind) };
}

function endingOf(ending: string): string {
  return ending ? `${ending}es` : 's';
}

/** What a cluster with Flux serves, by apiVersion. */
export const served: Readonly<Record<string, readonly string[]>> = {
  v1: [
    'Namespace',
    'Node',
    'Pod',
    'Event',
    'Secret',
    'ConfigMap',
    'Service',
    'ServiceAccount',
    'PersistentVolumeClaim',
  ],
  'apps/v1': ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'],
  'batch/v1': ['Job', 'CronJob'],
  'networking.k8s.io/v1': ['Ingress', 'NetworkPolicy'],
  'rbac.authorization.k8s.io/v1': ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
  'apiextensions.k8s.io/v1': ['CustomResourceDefinition'],
  'source.toolkit.fluxcd.io/v1': ['GitRepository', 'OCIRepository', 'HelmRepository', 'HelmChart', 'Bucket'],
  'kustomize.toolkit.fluxcd.io/v1': ['Kustomization'],
  'helm.toolkit.fluxcd.io/v2': ['HelmRelease'],
  'notification.toolkit.fluxcd.io/v1': ['Receiver'],
  'notification.toolkit.fluxcd.io/v1beta3': ['Alert', 'Provider'],
};
