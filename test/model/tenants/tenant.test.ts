import { describe, expect, it } from 'vitest';
import {
  defineFleet,
  folderSource,
  gitSource,
  kind,
  requiredSecrets,
  secretMetadata,
  tenant,
  type TenantProps,
  webApp,
} from '../../../model';
import { app, image, problems, untyped } from '../problems';

const clusters = { dev: kind(), prod: kind() };
const overSsh = gitSource({ url: 'ssh://git@git.example.com/a' });

describe('a tenant', () => {
  it('is in the clusters whose runs name it, in the order that is said', () => {
    const define = () =>
      defineFleet({
        clusters,
        apps: { a: app, b: webApp({ ...image, after: ['team-a'] }) },
        tenants: { 'team-a': tenant({ after: ['a'] }) },
        runs: { dev: { a: {}, b: {}, 'team-a': { quota: { pods: '5' } } }, prod: {} },
      });
    expect(problems(define)).toEqual([]);
  });

  it('is an error of type where it is not declared, or changed as an app is', () => {
    const tenants = { 'team-a': tenant() };
    const define = () =>
      // @ts-expect-error -- team-b
      defineFleet({ clusters, apps: {}, tenants, runs: { dev: { 'team-b': {} }, prod: {} } });
    expect(problems(define)).toEqual(['runs.dev.team-b: there is no app `team-b`']);
    const runs = { dev: { 'team-a': { replicas: 2 } }, prod: {} };
    // @ts-expect-error -- replicas
    expect(problems(() => defineFleet({ clusters, apps: {}, tenants, runs }))).toEqual([
      'runs.dev.team-a.replicas: unknown property `replicas`',
    ]);
    const after = { 'team-a': tenant({ after: ['nobody'] }) };
    // @ts-expect-error -- nobody
    expect(problems(() => defineFleet({ clusters, apps: {}, tenants: after, runs: { dev: {}, prod: {} } }))).toEqual([
      'tenants.team-a.after.0: there is no app or tenant `nobody`',
    ]);
  });

  it('goes round in no circle with an app', () => {
    const apps = { a: webApp({ ...image, after: ['t'] }) };
    const tenants = { t: tenant({ after: ['a'] }) };
    expect(problems(() => defineFleet({ clusters, apps, tenants, runs: { dev: {}, prod: {} } }))).toEqual([
      'tenants.t.after: `after` is circular: `t` after `a` after `t`',
    ]);
  });

  it('needs secrets where its repository has a key or its alerts a secret address', () => {
    const alerts = { type: 'slack' } as const;
    const tenants = {
      git: tenant({ source: overSsh, namespaces: ['home', 'more'], alerts }),
      folder: tenant({ source: folderSource('tenants/folder'), alerts }),
      none: tenant({
        source: gitSource({ url: 'https://git.example.com/a' }),
        alerts: { ...alerts, address: 'https://a' },
      }),
    };
    const fleet = defineFleet({
      clusters,
      apps: {},
      tenants,
      runs: { dev: { git: {}, folder: {}, none: {} }, prod: {} },
    });
    expect(requiredSecrets(fleet).map(({ app: name, key }) => `${name} ${key}`)).toEqual([
      'git identity',
      'git known_hosts',
      'git address',
      'folder address',
    ]);
    expect(secretMetadata(fleet, 'git')).toEqual({ name: 'git-flux', namespace: 'home' });
    expect(secretMetadata(fleet, 'folder')).toEqual({ name: 'folder-flux', namespace: 'flux-system' });
  });

  it.each<[string, TenantProps, string]>([
    [
      'a namespace of every cluster',
      { namespaces: ['kube-system'] },
      'namespaces: every cluster already has a namespace `kube-system`',
    ],
    ["an app's namespace", { namespaces: ['a'] }, 'namespaces: the namespace `a` already belongs to `apps.a`'],
    ['no namespace', { namespaces: [] }, 'namespaces: the tenant has no namespace'],
    ['a namespace of no name', { namespaces: ['Team'] }, 'namespaces.0: invalid namespace name: `Team`'],
    ['a quota that is none', { quota: { pods: 'many' } }, 'quota.pods: invalid quantity: `many`'],
    [
      'a peer that is nobody',
      { network: { to: [{ ports: [80] }] } },
      'network.to.0: a peer needs either `namespace` or `cidr`',
    ],
    [
      'a peer that is two',
      { network: { from: [{ namespace: 'a', cidr: '10.0.0.0/8' }] } },
      'network.from.0: a peer needs either `namespace` or `cidr`',
    ],
    [
      'an impossible port',
      { network: { to: [{ namespace: 'a', ports: [0] }] } },
      'network.to.0.ports.0: invalid port: `0`',
    ],
    [
      'addresses that are none',
      { network: { to: [{ cidr: 'everywhere' }] } },
      'network.to.0.cidr: invalid range of addresses: `everywhere`',
    ],
    [
      'a repository by path',
      { source: gitSource({ url: 'git@example.com:a' }) },
      'source.url: invalid address of a Git repository: `git@example.com:a`',
    ],
    [
      'a folder above the repository',
      { source: gitSource({ url: 'https://a', path: './../x' }) },
      'source.path: invalid folder in the repository: `./../x`',
    ],
    ['a folder elsewhere', { source: folderSource('../x') }, 'source.folder: invalid folder: `../x`'],
    ['alerts to nowhere', { alerts: { type: 'pigeon' as never } }, 'alerts.type: invalid value: `pigeon`'],
  ])('is refused with %s', (_, props, problem) => {
    const fleet = { clusters, apps: { a: app }, tenants: { t: tenant(props as never) }, runs: { dev: {}, prod: {} } };
    expect(untyped(fleet)).toEqual([`tenants.t.${problem}`]);
  });

  it('is refused with the name of an app, or a namespace of another tenant', () => {
    const fleet = { clusters, apps: { a: app }, tenants: { a: tenant() }, runs: { dev: {}, prod: {} } };
    expect(untyped(fleet)).toEqual(['tenants.a: `a` is the name of an app']);
    const objects = { clusters, apps: { 'tenant-t': app }, tenants: { t: tenant() }, runs: { dev: {}, prod: {} } };
    expect(untyped(objects)).toEqual([
      "tenants.t: the tenant's own Flux objects have the name `tenant-t`, which an app or another tenant has too",
    ]);
    const tenants = { t: tenant(), u: tenant({ namespaces: ['u', 't'] }) };
    expect(untyped({ clusters, apps: {}, tenants, runs: { dev: {}, prod: {} } })).toEqual([
      'tenants.u.namespaces: the namespace `t` already belongs to `tenants.t`',
    ]);
  });
});
