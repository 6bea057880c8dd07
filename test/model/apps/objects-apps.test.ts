import { describe, expect, it } from 'vitest';
import {
  cdk8sApp,
  defineFleet,
  gitChart,
  helmApp,
  helmChart,
  inSecret,
  kind,
  kustomizeApp,
  ociChart,
  secretMetadata,
  value,
} from '../../../model';
import { problems, untyped } from '../problems';

const chart = gitChart('charts/podinfo');
const clusters = { dev: kind() };
const alone = (app: object, overlay: object = {}) =>
  untyped({ clusters, apps: { a: app }, runs: { dev: { a: overlay } } });

const one = (patch: unknown) => ({ 'Role/a': patch });
const targeted = (target: object) => [{ target, patch: { spec: {} } }];
const operation = (path: string, more: object = {}) => one([{ op: 'add', path, value: 'x', ...more }]);
/** Patches with what is wrong with them. */
const patchMistakes: [object, string][] = [
  [one({}), 'Role/a: the patch is empty'],
  [one([]), 'Role/a: the patch is empty'],
  [one({ spec: undefined }), 'Role/a: the patch is empty'],
  [one([{ spec: {} }, {}]), 'Role/a.1: the patch is empty'],
  [one('x'), 'Role/a: invalid patch: `x`'],
  [one({ op: 'remove', path: '/a' }), 'Role/a: invalid patch: `{ … }`'],
  [one([{ op: 'delete', path: '/a' }]), 'Role/a.0: expected a JSON patch operation, found `{ … }`'],
  [one({ spec: { when: new Date(0) } }), 'Role/a.spec.when.__proto__: invalid name: `__proto__`'],
  [one({ spec: { __proto__: {} } }), 'Role/a.spec.__proto__: invalid name: `__proto__`'],
  [one({ spec: { run: () => 1 } }), 'Role/a.spec.run: invalid patch: `a function`'],
  [operation('/a', { value: NaN }), 'Role/a.0.value: invalid patch: `NaN`'],
  [one({ kind: 'B' }), 'Role/a.kind: a patch cannot change `kind`'],
  [one({ metadata: { name: 'b' } }), 'Role/a.metadata.name: a patch cannot change `metadata.name`'],
  [operation('/metadata/name'), 'Role/a.0.metadata.name: a patch cannot change `metadata.name`'],
  [operation('/metadata/namespace'), 'Role/a.0.metadata.namespace: a patch cannot change `metadata.namespace`'],
  [operation('/apiVersion'), 'Role/a.0.apiVersion: a patch cannot change `apiVersion`'],
  [one([{ op: 'move', from: '/kind', path: '/a' }]), 'Role/a.0.kind: a patch cannot change `kind`'],
  [targeted({}), "0.target: the target includes the app's Secret, whose file is encrypted"],
  [targeted({ name: 'a' }), "0.target: the target includes the app's Secret, whose file is encrypted"],
  [targeted({ kind: 'Sec.*' }), '0.target.kind: a Secret cannot be patched, because its file is encrypted and signed'],
  [targeted({ kind: 'Role(' }), '0.target.kind: invalid regular expression: `Role(`'],
  [[{ target: { kind: 'Role' } }], '0.patch: this required property is missing'],
];

describe('an app whose objects the user writes', () => {
  it.each<[string, object, string]>([
    ['an invalid chart', helmApp({ chart: 'podinfo' as never }), 'chart: expected a chart, found `podinfo`'],
    ['a chart outside charts/', helmApp({ chart: gitChart('podinfo') }), 'chart.path: invalid folder: `podinfo`'],
    [
      'a chart outside the repository',
      helmApp({ chart: gitChart('charts/../../x') }),
      'chart.path: invalid folder: `charts/../../x`',
    ],
    [
      'a range of versions',
      helmApp({ chart: helmChart({ repository: 'https://a.example.com', name: 'a', version: '>=1.2.0' }) }),
      'chart.version: invalid version: `>=1.2.0`',
    ],
    [
      'a part of a version',
      helmApp({ chart: ociChart({ url: 'oci://a.example.com/b', version: '1.x' }) }),
      'chart.version: invalid version: `1.x`',
    ],
    [
      'a registry as a repository',
      helmApp({ chart: helmChart({ repository: 'oci://a.example.com', name: 'a', version: '1.2.3' }) }),
      'chart.repository: invalid address of a Helm repository: `oci://a.example.com`',
    ],
    [
      'an address with its tag',
      helmApp({ chart: ociChart({ url: 'oci://a.example.com/b:1', version: '1.2.3' }) }),
      'chart.url: invalid chart address: `oci://a.example.com/b:1`',
    ],
    [
      'a string instead of a boolean',
      helmApp({ chart: ociChart({ url: 'oci://a.example.com/b', version: '1.2.3', insecure: 'yes' as never }) }),
      'chart.insecure: expected `true` or `false`, found `yes`',
    ],
    [
      'a name of a value that kustomize loses',
      helmApp({ chart, values: { a: [{ '<<': 1 }] } }),
      'values.a.0.<<: invalid name of a value: `<<`',
    ],
    [
      'a function as a value',
      helmApp({ chart, values: { a: () => 1 } as never }),
      'values.a: invalid chart value: `a function`',
    ],
    ['an invalid drift mode', helmApp({ chart, drift: { mode: 'on' as never } }), 'drift.mode: invalid value: `on`'],
    [
      'too few tries',
      helmApp({ chart, remediation: { retries: -1 } }),
      'remediation.retries: invalid number of retries: `-1`',
    ],
    ['an invalid duration', helmApp({ chart, timeout: '3 minutes' }), 'timeout: invalid duration: `3 minutes`'],
    [
      'secrets in two Secrets',
      helmApp({ chart, secrets: { a: value('a'), b: inSecret() } }),
      'secrets: one app cannot use both `value(…)` and `inSecret()`',
    ],
    [
      'a secret that is a value',
      helmApp({ chart, values: { a: { b: 'x' } }, secrets: { k: value('a.b') } }),
      'secrets.k: the value `a.b` is also set in `values`',
    ],
    ['a folder outside the repository', kustomizeApp({ folder: '../x' }), 'folder: invalid folder: `../x`'],
    ['an absolute folder', kustomizeApp({ folder: '/etc' }), 'folder: invalid folder: `/etc`'],
    [
      'an unknown level of security',
      kustomizeApp({ folder: 'x', podSecurity: 'none' as never }),
      'podSecurity: invalid value: `none`',
    ],
    ['an invalid construct', cdk8sApp({ construct: {} as never }), 'construct: invalid construct: `{ … }`'],
    [
      'a health check without its condition',
      cdk8sApp({ construct: () => {}, health: [{ apiVersion: 'a/v1', kind: 'A' } as never] }),
      'health.0.current: this required property is missing',
    ],
  ])('is refused with %s', (_, app, problem) => {
    expect(alone(app)).toEqual([`apps.a.${problem}`]);
  });

  it.each<[object, object, string]>([
    [helmApp({ chart }), { values: { '': null } }, 'values.: invalid name of a value: ``'],
    [
      helmApp({ chart, secrets: { k: value('auth.password') } }),
      { values: { auth: { password: 'x' } } },
      'values.auth.password: `auth.password` is a secret of the app, so its value cannot be in `fleet.ts`',
    ],
    [helmApp({ chart }), { replicas: 2 }, 'replicas: unknown property `replicas`'],
    [kustomizeApp({ folder: 'x' }), { tags: { podinfo: '' } }, 'tags.podinfo: invalid image tag: ``'],
    [
      kustomizeApp({ folder: 'x' }),
      { patches: { Deployment: { spec: {} } } },
      'patches.Deployment: invalid object: `Deployment`',
    ],
    ...patchMistakes.map(([patches, problem]): [object, object, string] => [
      kustomizeApp({ folder: 'x' }),
      { patches },
      `patches.${problem}`,
    ]),
  ])('is refused in a cluster: %o with %o', (app, overlay, problem) => {
    expect(alone(app, overlay)).toEqual([`runs.dev.a.${problem}`]);
  });

  it('does not compile with the overrides of another kind of app', () => {
    const apps = { h: helmApp({ chart }), k: kustomizeApp({ folder: 'x' }) };
    // @ts-expect-error -- a Helm release has no replicas of its own
    expect(problems(() => defineFleet({ clusters, apps, runs: { dev: { h: { replicas: 2 } } } }))).toHaveLength(1);
    // @ts-expect-error -- a folder has no values
    expect(problems(() => defineFleet({ clusters, apps, runs: { dev: { k: { values: {} } } } }))).toHaveLength(1);
    const merge = kustomizeApp({ folder: 'x' });
    const runs = { dev: { k: { patches: { 'Deployment/x': { spec: { replicas: 'two' } } } } } };
    // @ts-expect-error -- a number
    expect(problems(() => defineFleet({ clusters, apps: { k: merge }, runs }))).toEqual([]);
  });

  it('accepts unusual but valid properties', () => {
    expect(
      alone(helmApp({ chart, values: { a: [], b: {}, 'c.d/e': '', f: 0 }, timeout: '1h30m' }), { values: { b: {} } }),
    ).toEqual([]);
    expect(
      alone(helmApp({ chart: helmChart({ repository: 'http://a', name: 'a', version: 'v1.2.3-rc.1+x' }) })),
    ).toEqual([]);
    const patches = { 'Widget/a.b:c': { spec: {} }, 'A/b': [{ op: 'test', path: '/kind', value: 'A' }, { a: null }] };
    expect(alone(kustomizeApp({ folder: 'deploy/.hidden/x' }), { patches })).toEqual([]);
    expect(alone(kustomizeApp({ folder: 'x' }), { patches: targeted({ labelSelector: 'a in (b)' }) })).toEqual([]);
  });

  it('has its Secret in the namespace in which it is read', () => {
    const apps = {
      h: helmApp({ chart, secrets: { k: value('a') } }),
      k: helmApp({ chart, secrets: { k: inSecret() } }),
    };
    const fleet = defineFleet({ clusters, apps, runs: { dev: {} } });
    expect(secretMetadata(fleet, 'h')).toEqual({ name: 'h-values', namespace: 'flux-system' });
    expect(secretMetadata(fleet, 'k')).toEqual({ name: 'k', namespace: 'k' });
  });
});
