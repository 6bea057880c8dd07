import { type Change, changesBetween, type Difference } from '../rpc/diff';
import { isProps, isUnknown, type Path, type Props } from '../rpc/values';
import { groupOf } from './kinds';
import { annotation, condition, type KubernetesObject } from './object';

/**
 * The fields that the API server, or the official plugin, does not let change. ConfigMaps and Secrets are replaced on
 * every change of their data unless the provider's settings make them mutable.
 */
const fixed: Readonly<Record<string, readonly string[]>> = {
  'apps/DaemonSet': ['spec.selector'],
  'apps/Deployment': ['spec.selector'],
  'apps/StatefulSet': ['spec.podManagementPolicy', 'spec.selector', 'spec.serviceName', 'spec.volumeClaimTemplates'],
  'batch/Job': ['spec.completions', 'spec.selector', 'spec.template'],
  '/ConfigMap': ['data', 'binaryData'],
  '/PersistentVolumeClaim': ['spec'],
  '/Pod': ['spec'],
  '/ResourceQuota': ['spec.scopes'],
  '/Secret': ['type', 'data', 'stringData'],
  '/Service': ['spec.clusterIP'],
  'rbac.authorization.k8s.io/ClusterRoleBinding': ['roleRef'],
  'rbac.authorization.k8s.io/RoleBinding': ['roleRef'],
  'storage.k8s.io/StorageClass': ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'],
};

export interface DiffRules {
  readonly mutableConfigMaps: boolean;
  readonly mutableSecrets: boolean;
  readonly defaultNamespace: string;
}

export interface Versions {
  readonly oldInputs: Props;
  readonly oldState: Props;
  readonly news: Props;
}

/** What changed between two versions of an object's inputs, and what of it only a new object can bring about. */
export function diffObject({ oldInputs, oldState, news }: Versions, rules: DiffRules): Difference {
  const changes = [...changesBetween(oldInputs, news), ...movedByDefault({ oldInputs, oldState, news }, rules)];
  const prefixes = fixedPaths(oldInputs, rules);
  const replacing = changes.filter(({ path }) => isFixed(path, prefixes) || regrouped(path, { oldInputs, news }));
  if (failedJob(news, oldState)) {
    const unready: Change = { path: ['status'], kind: 'update' };
    changes.push(unready);
    replacing.push(unready);
  }
  return { changes, replacing, deleteBeforeReplace: keepsName(oldInputs, news) };
}

/** An object that names no namespace moves when the provider's default namespace does. */
function movedByDefault({ oldInputs, oldState, news }: Versions, rules: DiffRules): Change[] {
  const was = oldState.metadata;
  const [before, after] = [oldInputs.metadata, news.metadata];
  if (!isProps(was) || !isProps(before) || !isProps(after) || was.namespace === undefined) return [];
  if (before.namespace !== undefined || after.namespace !== undefined) return [];
  return was.namespace === rules.defaultNamespace ? [] : [{ path: ['metadata', 'namespace'], kind: 'update' }];
}

function fixedPaths(inputs: Props, rules: DiffRules): string[][] {
  const { apiVersion, kind } = inputs as unknown as KubernetesObject;
  const group = groupOf({ apiVersion });
  const mutable = group === '' && inputs.immutable !== true;
  const paths = ['kind', 'metadata.name', 'metadata.namespace', ...(fixed[`${group}/${kind}`] ?? [])];
  const free = new Set([
    ...(mutable && kind === 'ConfigMap' && rules.mutableConfigMaps ? ['data', 'binaryData'] : []),
    ...(mutable && kind === 'Secret' && rules.mutableSecrets ? ['data', 'stringData'] : []),
  ]);
  const immutable = kind === 'Secret' || kind === 'ConfigMap' ? ['immutable'] : [];
  const all = inputs.immutable === true && group === '' ? [...paths, ...immutable] : paths;
  return all.filter((path) => !free.has(path)).map((path) => path.split('.'));
}

function isFixed(path: Path, prefixes: readonly string[][]): boolean {
  // A change of a parent, for example an added `spec`, changes every field below it too.
  return prefixes.some((prefix) => prefix.every((part, index) => index >= path.length || path[index] === part));
}

/** A newer version of the same group is the same object; another group is another one. */
function regrouped(path: Path, { oldInputs, news }: Pick<Versions, 'oldInputs' | 'news'>): boolean {
  if (path[0] !== 'apiVersion') return false;
  return groupOf(oldInputs as { apiVersion: string }) !== groupOf(news as { apiVersion: string });
}

function failedJob(news: Props, oldState: Props): boolean {
  if (news.kind !== 'Job' || annotation(news, 'replaceUnready') !== 'true') return false;
  return condition(oldState as unknown as KubernetesObject, 'Failed')?.status === 'True';
}

/** Two objects cannot have the same name, unless the name was generated and will be generated again. */
function keepsName(oldInputs: Props, news: Props): boolean {
  const [before, after] = [oldInputs.metadata, news.metadata];
  if (!isProps(before) || !isProps(after) || annotation(news, 'autonamed') === 'true') return false;
  if (isUnknown(after.name) || isUnknown(after.namespace)) return false;
  return before.name === after.name && before.namespace === after.namespace;
}
