import { describe, expect, it } from 'vitest';
import { k8s } from 'cdk8s-plus-28';
import { ApiObject, App, Chart } from 'cdk8s';
import { kustomizeFolder } from '../../../../constructs/apps/kustomize/folder';
import { manifests } from '../../../../constructs/manifests';
import { cdk8sApp, type Cdk8sAppOverlay, defineFleet, inSecret, kind, kustomizeApp } from '../../../../model';
import { encrypted, site } from '../../../manifests/site';
import { problems } from '../../../model/problems';

const config = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`;
const secret = 'apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: { a: hunter2 }\n';
const folder = (files: Record<string, string>, path?: string) =>
  kustomizeFolder('deploy', new Map(Object.entries(files)), path);
/** What is wrong with a folder, and the next step. */
const wrong = (files: Record<string, string>, props: { folder?: string; path?: string } = {}) => {
  const own = props.folder ?? 'deploy';
  const root = site(Object.fromEntries(Object.entries(files).map(([path, text]) => [`${own}/${path}`, text])));
  return problems(() => manifests(fleetOf({ a: kustomizeApp({ folder: own, ...props }) }), root));
};

describe("a kustomize folder of the user's", () => {
  it('is read in the same way as kustomize reads it', () => {
    const { objects } = folder({
      'kustomization.yaml': 'resources: [a.yaml, ./below]',
      'a.yaml': `${config('a')}---\n${config('b')}`,
      'below/Kustomization': 'resources: [c.yaml]',
      'below/c.yaml': encrypted('c', ['k']),
      'unlisted.yaml': config('no'),
    });
    expect(objects.map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'c']);
  });

  it('gets a kustomization.yaml if it has none', () => {
    expect(folder({ 'b.yaml': config('b'), 'README.md': '' }).files.get('kustomization.yaml')).toMatchObject({
      resources: ['b.yaml'],
    });
  });

  it.each<[Record<string, string>, string]>([
    [{ 'README.md': '' }, 'deploy: the folder has no manifest'],
    [{ 'a.yaml': 'a: b' }, 'deploy/a.yaml: the file contains a document that is not a Kubernetes object with a name'],
    [{ 'a.yaml': secret }, 'deploy/a.yaml: `a` of Secret `s` is plain text'],
    [
      { 'kustomization.yaml': 'resources: [no.yaml]' },
      'deploy/no.yaml: the file does not exist, and neither does a folder with a `kustomization.yaml`',
    ],
    [
      { 'kustomization.yaml': 'resources: [https://example.com/a.yaml]' },
      'deploy/kustomization.yaml: `https://example.com/a.yaml` is a remote resource',
    ],
    [
      { 'kustomization.yaml': 'resources: [github.com/a/b]' },
      'deploy/kustomization.yaml: `github.com/a/b` is a remote resource',
    ],
    [
      { 'kustomization.yaml': 'resources: [../x.yaml]' },
      'deploy/kustomization.yaml: `../x.yaml` is outside the folder',
    ],
    [
      { 'kustomization.yaml': 'helmCharts: []' },
      'deploy/kustomization.yaml: `helmCharts` is not supported: Flux runs no Helm within kustomize',
    ],
  ])('is refused with a feature that Flux does not allow: %o', (files, problem) => {
    expect(wrong(files)).toEqual([problem]);
  });

  it('cannot have another Namespace where all its objects get the namespace of the app', () => {
    const root = site({ 'deploy/a.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: other }\n' });
    const made = (namespaces?: 'app') => () =>
      manifests(fleetOf({ a: kustomizeApp({ folder: 'deploy', namespaces }) }), root);
    expect(problems(made('app'))).toEqual([
      'apps.a: the folder has a Namespace `other`, but all its objects get the namespace `a`',
    ]);
    expect(problems(made())).toEqual([]);
  });
});

type Construct = Parameters<typeof cdk8sApp>[0]['construct'];

/** A construct of ConfigMaps with a name, in these namespaces. */
const map =
  (name: string, ...namespaces: string[]): Construct =>
  (scope) =>
    [...namespaces, undefined].forEach((namespace) => {
      new k8s.KubeConfigMap(scope, `${name}-${namespace}`, { metadata: { name, namespace }, data: { a: 'b' } });
    });

describe("a construct of the user's", () => {
  const made = (construct: Construct, overlay: Cdk8sAppOverlay = {}) =>
    manifests(fleetOf({ a: cdk8sApp({ construct }) }, overlay), site({}));

  it('has its own Namespace, or gets one', () => {
    const own = made((scope) => void new k8s.KubeNamespace(scope, 'n', { metadata: { name: 'a' } }));
    expect([...own.keys()].filter((path) => path.startsWith('apps/a/base'))).toEqual([
      'apps/a/base/kustomization.yaml',
      'apps/a/base/namespace-a.yaml',
    ]);
    expect(own.get('apps/a/base/namespace-a.yaml')).not.toHaveProperty(['metadata', 'namespace']);
    expect(made(map('c')).has('apps/a/base/namespace-a.yaml')).toBe(true);
  });

  it.each<[string, Construct, string]>([
    [
      'a Secret that is not encrypted',
      (scope) => void new k8s.KubeSecret(scope, 's', { metadata: { name: 's' }, stringData: { a: 'hunter2' } }),
      '`a` of Secret `s` is plain text',
    ],
    [
      'a promise',
      async () => Promise.reject(new Error('late')),
      'it is asynchronous, and what it adds later would be lost',
    ],
    ['no objects', () => {}, 'it adds no objects to its scope'],
    [
      'an App of its own',
      () => void new k8s.KubeConfigMap(new Chart(new App(), 'c'), 'c', { metadata: { name: 'c' } }),
      'it adds no objects to its scope',
    ],
    [
      'an error of its own',
      () => {
        throw new TypeError('no such thing');
      },
      'the construct failed: no such thing',
    ],
  ])('is refused with %s', (_, construct, problem) => {
    expect(problems(() => made(construct))).toEqual([`apps.a.construct: ${problem}`]);
  });

  it('is refused with a key that cdk8s takes for a class, with what to use', () => {
    const construct: Construct = (scope) =>
      void new k8s.KubeConfigMap(scope, 'c', { metadata: { name: 'c' }, data: { constructor: 'a' } });
    expect(() => made(construct)).toThrow('Use plain objects without a key `constructor`');
  });

  it('can have a name in several namespaces and groups, and names that differ in punctuation', () => {
    const object = (apiVersion: string) => ({ apiVersion, kind: 'ConfigMap', metadata: { name: 'same' } });
    const tree = made((scope) => {
      map('same', 'b', 'c')(scope);
      new ApiObject(scope, 'other', object('example.com/v1'));
      for (const name of ['acme:edit', 'acme-edit']) new k8s.KubeClusterRole(scope, name, { metadata: { name } });
    });
    const files = [...tree].filter(([path]) => /base\/(configmap|clusterrole)/.test(path));
    const metadata = files.map(([, object]) => object as { apiVersion: string; metadata: object });
    expect(metadata).toHaveLength(6);
    expect(new Set(metadata.map((each) => JSON.stringify([each.apiVersion, each.metadata]))).size).toBe(6);
  });

  it('has the namespace in the accounts of its bindings', () => {
    const subjects = [
      { kind: 'ServiceAccount', name: 'one' },
      { kind: 'ServiceAccount', name: 'two', namespace: 'b' },
      { kind: 'Group', name: 'three' },
    ];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' };
    const tree = made((scope) => {
      new k8s.KubeClusterRoleBinding(scope, 'c', { metadata: { name: 'c' }, roleRef, subjects });
      new k8s.KubeRoleBinding(scope, 'r', { metadata: { name: 'r', namespace: 'b' }, roleRef, subjects });
    });
    const namespaces = (file: string) =>
      (tree.get(`apps/a/base/${file}.yaml`) as { subjects: { namespace?: string }[] }).subjects.map(
        (each) => each.namespace,
      );
    expect(namespaces('clusterrolebinding-c')).toEqual(['a', 'b', undefined]);
    expect(namespaces('rolebinding-r')).toEqual(['b', 'b', undefined]);
  });

  it('is patched by kind and name, and by no other', () => {
    const construct = map('c');
    expect(problems(() => made(construct, { patches: { 'ConfigMap/d': { data: { a: 'c' } } } }))).toEqual([
      'runs.dev.a.patches.ConfigMap/d: the app has no object `ConfigMap/d`',
    ]);
    expect(problems(() => made(construct, { patches: { 'Secret/s': { data: {} } } }))).toEqual([
      'runs.dev.a.patches.Secret/s: a Secret cannot be patched, because its file is encrypted and signed',
    ]);
  });

  it('has secrets like every app', () => {
    const apps = { a: cdk8sApp({ construct: map('c'), secrets: { k: inSecret() } }) };
    expect(problems(() => manifests(fleetOf(apps), site({})))).toEqual([
      'secrets/dev/a.yaml: cluster `dev` has no value for the secret `k` of `a`',
    ]);
  });
});

function fleetOf(apps: object, overlay: object = {}) {
  const runs = { dev: Object.fromEntries(Object.keys(apps).map((name) => [name, overlay])) };
  return defineFleet({ clusters: { dev: kind() }, apps, runs } as never);
}
