import { describe, expect, it } from 'vitest';
import { type PatchesProps, patchFiles } from '../../../constructs/patches/patches';
import { problems } from '../../model/problems';

const role = (name: string) => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name },
});
const deployment = (namespace: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace },
});
const web = deployment('a');
const made = (objects: PatchesProps['objects'], patches: PatchesProps['patches'], incomplete = false) =>
  patchFiles({ place: 'patches', objects, patches, incomplete });
const labels = (value: string) => ({ metadata: { labels: { value } } });

describe('the files of patches', () => {
  it('are one for each patch, whatever the names of the objects', () => {
    const names = ['acme:edit', 'acme-edit', 'acme.edit', 'acme-edit-2'];
    const patches = Object.fromEntries(names.map((name) => [`ClusterRole/${name}`, labels(name)]));
    const { files, entries } = made(names.map(role), patches);
    const named = entries.map(({ path, target }) => [target?.name, (files.get(path) as { metadata: object }).metadata]);
    expect(Object.fromEntries(named)).toEqual(
      Object.fromEntries(names.map((name) => [name.replace('.', '\\.'), { name, labels: { value: name } }])),
    );
  });

  it('are applied in order, and operations that follow each other are one', () => {
    const step = (path: string) => ({ op: 'remove', path }) as const;
    const { files, entries } = made([web], { 'Deployment/web': [step('/a'), step('/b'), labels('c'), step('/d')] });
    expect(entries.map(({ path }) => files.get(path))).toEqual([
      [step('/a'), step('/b')],
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { labels: { value: 'c' }, name: 'web' } },
      [step('/d')],
    ]);
  });

  it('have the targets of a list, in its order', () => {
    const targets = [
      { kind: 'Deployment', labelSelector: 'tier=back' },
      { name: 'w.*', kind: 'Dep.*|Stat.*' },
    ];
    const { files, entries } = made(
      [web],
      targets.map((target) => ({ target, patch: labels('x') })),
    );
    expect(entries).toEqual([
      { path: '0-own-patch.yaml', target: targets[0] },
      { path: '1-own-patch.yaml', target: targets[1] },
    ]);
    expect(files.get('1-own-patch.yaml')).toMatchObject({ metadata: { name: 'any' } });
  });

  it('leave out what is undefined, which kustomize would remove', () => {
    const { files } = made([web], { 'Deployment/web': { spec: { replicas: undefined, paused: null } } });
    expect([...files.values()]).toMatchObject([{ spec: { paused: null } }]);
    expect([...files.values()][0]).not.toHaveProperty('spec.replicas');
  });

  it('have keys of any name', () => {
    const data = Object.fromEntries(['constructor', 'toString', '__proto__'].map((key) => [key, key]));
    const { files } = made([role('constructor')], { 'ClusterRole/constructor': { data } });
    expect(JSON.stringify([...files.values()])).toContain(
      '"data":{"__proto__":"__proto__","constructor":"constructor","toString":"toString"}',
    );
  });
});

describe('a patch', () => {
  const one = [{ target: { kind: 'Deploy' }, patch: labels('x') }];
  it.each<[string, PatchesProps['objects'], PatchesProps['patches'], string]>([
    ['no object', [web], { 'Service/web': labels('x') }, 'Service/web: the app has no object `Service/web`'],
    ['a target that only a part fits', [web], one, '0: the app has no object that the target fits'],
    [
      'objects of two namespaces',
      [web, deployment('b')],
      { 'Deployment/web': labels('x') },
      'Deployment/web: the app has 2 objects `Deployment/web`',
    ],
    ['a name of JavaScript', [web], { constructor: labels('x') }, 'constructor: the app has no object `constructor`'],
  ])('is refused for %s', (_, ...[objects, patches, problem]) => {
    expect(problems(() => made(objects, patches))).toEqual([`patches.${problem}`]);
  });

  it('is accepted for an object that kustomize may make, which is found out when it builds', () => {
    const { entries } = made([web], { 'ConfigMap/the.config': { data: { a: 'b' } } }, true);
    expect(entries).toMatchObject([{ target: { kind: 'ConfigMap', name: 'the\\.config' } }]);
  });
});
