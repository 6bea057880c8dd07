import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { People, Tenant } from '../../model';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/**
 * What a tenant may change in its namespaces: workloads, and the objects that workloads need. It may not change what
 * isolates it: quotas, limits, network policies, and objects without a namespace.
 */
const rules: readonly k8s.PolicyRule[] = [
  allow('', ['configmaps', 'persistentvolumeclaims', 'pods', 'secrets', 'serviceaccounts', 'services']),
  allow('apps', ['daemonsets', 'deployments', 'replicasets', 'statefulsets']),
  allow('autoscaling', ['horizontalpodautoscalers']),
  allow('batch', ['cronjobs', 'jobs']),
  allow('helm.toolkit.fluxcd.io', ['helmreleases']),
  allow('kustomize.toolkit.fluxcd.io', ['kustomizations']),
  allow('networking.k8s.io', ['ingresses']),
  allow('policy', ['poddisruptionbudgets']),
  allow('rbac.authorization.k8s.io', ['rolebindings', 'roles']),
  allow('source.toolkit.fluxcd.io', [
    'buckets',
    'gitrepositories',
    'helmcharts',
    'helmrepositories',
    'ocirepositories',
  ]),
  { apiGroups: ['', 'events.k8s.io'], resources: ['events', 'pods/log'], verbs: ['get', 'list', 'watch'] },
];

/**
 * The permissions in one namespace of a tenant, for its service account and for its people.
 *
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac
 */
export function tenantPermissions(
  scope: Construct,
  namespace: string,
  { account, people }: { account: { name: string; namespace: string }; people: Tenant['people'] },
): void {
  const role = 'tenant';
  new k8s.KubeRole(scope, `${namespace}-role`, { metadata: { name: role, namespace }, rules: [...rules] });
  const bind = (name: string, roleRef: { kind: string; name: string }, subjects: k8s.Subject[]) => {
    if (subjects.length === 0) return;
    const apiGroup = 'rbac.authorization.k8s.io';
    const metadata = { name, namespace };
    new k8s.KubeRoleBinding(scope, `${namespace}-${name}`, { metadata, roleRef: { apiGroup, ...roleRef }, subjects });
  };
  bind('tenant-flux', { kind: 'Role', name: role }, [{ kind: 'ServiceAccount', ...account }]);
  bind('tenant-editors', { kind: 'Role', name: role }, subjects(people.editors));
  bind('tenant-viewers', { kind: 'ClusterRole', name: 'view' }, subjects(people.viewers));
}

function allow(group: string, resources: string[]): k8s.PolicyRule {
  return { apiGroups: [group], resources, verbs };
}

function subjects({ groups = [], users = [] }: People = {}): k8s.Subject[] {
  const apiGroup = 'rbac.authorization.k8s.io';
  return [
    ...[...groups].sort().map((name) => ({ apiGroup, kind: 'Group', name })),
    ...[...users].sort().map((name) => ({ apiGroup, kind: 'User', name })),
  ];
}
