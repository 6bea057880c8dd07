import { describe, expect, it } from 'vitest';
import { k8s } from 'cdk8s-plus-28';
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

describe("a construct of the user's", () => {
  const made = (construct: Parameters<typeof cdk8sApp>[0]['construct'], overlay: Cdk8sAppOverlay = {}) =>
    manifests(fleetOf({ a: cdk8sApp({ construct }) }, overlay), site({}));

  it('has its own Namespace, or gets one', () => {
    const own = made((scope) => void new k8s.KubeNamespace(scope, 'n', { metadata: { name: 'a' } }));
    expect([...own.keys()].filter((path) => path.startsWith('apps/a/base'))).toEqual([
      'apps/a/base/kustomization.yaml',
      'apps/a/base/namespace-a.yaml',
    ]);
    expect(own.get('apps/a/base/namespace-a.yaml')).not.toHaveProperty(['metadata', 'namespace']);
    expect(made(() => {}).has('apps/a/base/namespace-a.yaml')).toBe(true);
  });

  it.each<[string, Parameters<typeof cdk8sApp>[0]['construct'], string]>([
    [
      'a Secret that is not encrypted',
      (scope) => void new k8s.KubeSecret(scope, 's', { metadata: { name: 's' }, stringData: { a: 'hunter2' } }),
      'it contains a Secret that is not encrypted',
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

  it('is patched by kind and name, and by no other', () => {
    const construct: Parameters<typeof cdk8sApp>[0]['construct'] = (scope) =>
      void new k8s.KubeConfigMap(scope, 'c', { metadata: { name: 'c' }, data: { a: 'b' } });
    expect(problems(() => made(construct, { patches: { 'ConfigMap/d': { data: { a: 'c' } } } }))).toEqual([
      'runs.dev.a.patches.ConfigMap/d: the app has no object `ConfigMap/d`',
    ]);
    expect(problems(() => made(construct, { patches: { 'Secret/s': { data: {} } } }))).toEqual([
      'runs.dev.a.patches.Secret/s: a Secret cannot be patched, because its file is encrypted and signed',
    ]);
  });

  it('has secrets like every app', () => {
    const apps = { a: cdk8sApp({ construct: () => {}, secrets: { k: inSecret() } }) };
    expect(problems(() => manifests(fleetOf(apps), site({})))).toEqual([
      'secrets/dev/a.yaml: cluster `dev` has no value for the secret `k` of `a`',
    ]);
  });
});

function fleetOf(apps: object, overlay: object = {}) {
  const runs = { dev: Object.fromEntries(Object.keys(apps).map((name) => [name, overlay])) };
  return defineFleet({ clusters: { dev: kind() }, apps, runs } as never);
}
