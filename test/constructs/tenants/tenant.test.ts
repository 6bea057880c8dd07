import { App } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { TenantBase } from '../../../constructs/tenants/tenant';
import { defineFleet, folderSource, gitSource, kind, tenant, type TenantProps } from '../../../model';

interface Anything {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [key: string]: unknown;
}

function base(props: TenantProps<never>): Anything[] {
  const team = tenant(props);
  const fleet = defineFleet({ clusters: { dev: kind() }, apps: {}, tenants: { team }, runs: { dev: {} } });
  return new TenantBase(new App(), 'team', { tenant: team, fleet }).toJson() as Anything[];
}

const of = (objects: Anything[], what: string) => objects.filter((object) => object.kind === what);

describe('what a tenant has', () => {
  it('is a namespace that is isolated by default', () => {
    const objects = base({});
    expect(
      objects.map(({ kind: what, metadata: { name, namespace } }) => `${what} ${namespace ?? ''}/${name}`),
    ).toEqual([
      'ServiceAccount team/tenant-team',
      'Namespace /team',
      'ResourceQuota team/tenant',
      'LimitRange team/tenant',
      'Role team/tenant',
      'RoleBinding team/tenant-flux',
      'NetworkPolicy team/deny-all',
      'NetworkPolicy team/allow-dns',
    ]);
    expect(of(objects, 'NetworkPolicy')[0]!['spec']).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  });

  it('does not include permissions on what isolates it, or outside its namespaces', () => {
    const [role] = of(base({ people: { editors: { groups: ['g'] } } }), 'Role');
    const rules = role!['rules'] as { apiGroups: string[]; resources: string[] }[];
    const may = rules.flatMap(({ resources }) => resources);
    expect(may).not.toContain('*');
    for (const wall of ['networkpolicies', 'resourcequotas', 'limitranges', 'namespaces', 'clusterroles', 'alerts']) {
      expect(may).not.toContain(wall);
    }
    expect(of(base({}), 'ClusterRoleBinding')).toEqual([]);
  });

  it('includes permissions for its people, by group and user', () => {
    const people = { editors: { groups: ['leads'], users: ['e'] }, viewers: { groups: ['all'] } };
    const bindings = of(base({ people }), 'RoleBinding');
    const apiGroup = 'rbac.authorization.k8s.io';
    expect(bindings).toMatchObject([
      {
        metadata: { name: 'tenant-flux' },
        subjects: [{ kind: 'ServiceAccount', name: 'tenant-team', namespace: 'team' }],
      },
      {
        roleRef: { kind: 'Role', name: 'tenant' },
        subjects: [
          { apiGroup, kind: 'Group', name: 'leads' },
          { apiGroup, kind: 'User', name: 'e' },
        ],
      },
      { roleRef: { kind: 'ClusterRole', name: 'view' }, subjects: [{ apiGroup, kind: 'Group', name: 'all' }] },
    ]);
  });

  it('is applied from its own repository, with the permissions of its service account', () => {
    const objects = base({ source: gitSource({ url: 'ssh://git@example.com/a', branch: 'live', path: './k8s' }) });
    expect(of(objects, 'GitRepository')).toMatchObject([
      {
        metadata: { name: 'tenant-team', namespace: 'team' },
        spec: { url: 'ssh://git@example.com/a', ref: { branch: 'live' }, secretRef: { name: 'team-flux' } },
      },
    ]);
    expect(of(objects, 'Kustomization')).toMatchObject([
      {
        metadata: { name: 'tenant-team', namespace: 'team' },
        spec: { path: './k8s', serviceAccountName: 'tenant-team', sourceRef: { name: 'tenant-team' } },
      },
    ]);
    expect(of(objects, 'Kustomization')[0]!['spec']).not.toHaveProperty('targetNamespace');
  });

  it("is applied from a folder of the fleet's repository, with the permissions of its service account", () => {
    const objects = base({ source: folderSource('x'), alerts: { type: 'slack', address: 'https://a' } });
    const metadata = { name: 'tenant-team', namespace: 'flux-system' };
    expect(of(objects, 'ServiceAccount')).toMatchObject([{ metadata }]);
    expect(of(objects, 'Kustomization')).toMatchObject([
      {
        metadata,
        spec: { path: './tenants/team/folder', sourceRef: { name: 'flux-system' }, serviceAccountName: 'tenant-team' },
      },
    ]);
    expect(of(objects, 'Alert')).toMatchObject([
      { metadata, spec: { eventSeverity: 'error', eventSources: [{ kind: 'Kustomization', name: 'tenant-team' }] } },
    ]);
    expect(of(objects, 'Provider')).toMatchObject([{ metadata, spec: { type: 'slack', address: 'https://a' } }]);
  });
});
