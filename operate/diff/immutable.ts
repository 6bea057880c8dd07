import { asRecord } from '../../model/validation/values';
import { groupOf, type KubernetesObject } from '../build-check/object';
import { isSame } from './fields';
import { podTemplateOf } from './pods';

/** Fields that the API server refuses to change, by `Kind` or `Kind.group`. */
const fixed: Readonly<Record<string, readonly string[]>> = {
  'DaemonSet.apps': ['spec.selector'],
  'Deployment.apps': ['spec.selector'],
  'ReplicaSet.apps': ['spec.selector'],
  'Job.batch': ['spec.completionMode', 'spec.podFailurePolicy', 'spec.selector', 'spec.template'],
  'ClusterRoleBinding.rbac.authorization.k8s.io': ['roleRef'],
  'RoleBinding.rbac.authorization.k8s.io': ['roleRef'],
  'CustomResourceDefinition.apiextensions.k8s.io': ['spec.group', 'spec.names.kind', 'spec.names.plural', 'spec.scope'],
  'EndpointSlice.discovery.k8s.io': ['addressType'],
  'IngressClass.networking.k8s.io': ['spec.controller'],
  'PriorityClass.scheduling.k8s.io': ['preemptionPolicy', 'value'],
  'RuntimeClass.node.k8s.io': ['handler'],
  'StorageClass.storage.k8s.io': ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'],
  Secret: ['type'],
};

/** Of these only what is named can change below `spec`. */
const free: Readonly<Record<string, readonly string[]>> = {
  'StatefulSet.apps': [
    'minReadySeconds',
    'ordinals',
    'persistentVolumeClaimRetentionPolicy',
    'replicas',
    'revisionHistoryLimit',
    'template',
    'updateStrategy',
  ],
  PersistentVolumeClaim: ['resources', 'volumeAttributesClassName'],
  Pod: ['activeDeadlineSeconds', 'containers', 'initContainers', 'terminationGracePeriodSeconds', 'tolerations'],
};

/** What Kubernetes sets where nothing is set: to write it out changes nothing. */
const defaults: Readonly<Record<string, unknown>> = {
  podManagementPolicy: 'OrderedReady',
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'Immediate',
  volumeMode: 'Filesystem',
  completionMode: 'NonIndexed',
  preemptionPolicy: 'PreemptLowerPriority',
  type: 'Opaque',
};

/** The fields in which an object differs that Kubernetes does not let change, so that only a new object can have them. */
export function immutableChanges(before: KubernetesObject, after: KubernetesObject): string[] {
  const group = groupOf(after);
  const kind = group ? `${after.kind}.${group}` : after.kind;
  const differs = (path: string) => {
    const name = path.split('.').at(-1)!;
    return !isSame(at(before, path) ?? defaults[name], at(after, path) ?? defaults[name]);
  };
  const changed = (fixed[kind] ?? []).filter(differs);
  if (free[kind]) {
    const names = new Set([before, after].flatMap((object) => Object.keys(asRecord(object['spec']))));
    changed.push(
      ...[...names]
        .filter((name) => !free[kind]!.includes(name))
        .map((name) => `spec.${name}`)
        .filter(differs),
    );
  }
  if (kind === 'PersistentVolumeClaim') changed.push(...shrunk(before, after));
  if (kind === 'Service') changed.push(...changedAddress(before, after));
  const isFrozen = (kind === 'ConfigMap' || kind === 'Secret') && before['immutable'] === true;
  return isFrozen ? [...changed, ...['binaryData', 'data', 'immutable', 'stringData'].filter(differs)] : changed;
}

/** A volume can only grow. */
function shrunk(before: KubernetesObject, after: KubernetesObject): string[] {
  const path = 'spec.resources.requests.storage';
  const [was, is] = [before, after].map((object) => bytesOf(at(object, path)));
  return was !== undefined && is !== undefined && is < was ? [path] : [];
}

const units: Readonly<Record<string, number>> = {
  ...{ '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

function bytesOf(quantity: unknown): number | undefined {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([kMGTPE]i?|Ki)?$/.exec(String(quantity)) ?? [];
  return amount === undefined ? undefined : Number(amount) * units[unit]!;
}

/** An address that is set must be the one that the Service has. Without one, Kubernetes keeps it. */
function changedAddress(before: KubernetesObject, after: KubernetesObject): string[] {
  const path = 'spec.clusterIP';
  const [was, is] = [at(before, path), at(after, path)];
  const external = [before, after].some((object) => at(object, 'spec.type') === 'ExternalName');
  return external || is === undefined || is === '' || was === is ? [] : [path];
}

/** The part of an object at a path: `spec.names.kind`. */
export function at(object: KubernetesObject, path: string): unknown {
  return path.split('.').reduce<unknown>((part, key) => asRecord(part)[key], object);
}

/** Whether the pods of a workload are replaced by a change. */
export function restartsPods(before: KubernetesObject, after: KubernetesObject): boolean {
  const [was, is] = [podTemplateOf(before), podTemplateOf(after)];
  return was !== undefined && is !== undefined && !isSame(was, is);
}
