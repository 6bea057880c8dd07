import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import { ApiObject } from 'cdk8s';
import { afterAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';

import { synthesise } from '../../../constructs/synth';
import {
  cdk8sApp,
  type Fleet,
  type JsonOperation,
  kustomizeApp,
  type Patch,
  type Patches,
  webApp,
} from '../../../model';
import type { KubernetesObject } from '../../../operate/build-check/object';
import { run } from '../../../operate/build-check/tool';
import { goodTexts, randomNumbers } from '../../constructs/files/texts';
import { site } from '../../manifests/site';
import { hasTools, kustomize, twoClusters, withTools, wrongWith } from './fixture';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Tree = Record<string, Json>;

const below = randomNumbers(7);
const oneOf = <T>(items: readonly T[]) => items[below(items.length)]!;
const texts = goodTexts(50).filter((text) => !/\de[-+]?\d{3}|\0|[\ud800-\udfff]/i.test(text));

const container = (name: string): Tree => ({
  name,
  image: `${name}:1`,
  args: ['a', 'b'],
  env: [
    { name: 'A', value: 'a' },
    { name: 'B', value: '0755' },
  ],
  ports: [{ containerPort: 80, name: 'http' }],
});

const samples: readonly Tree[] = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    spec: {
      replicas: 1,
      selector: { matchLabels: { its: 'a' } },
      template: {
        metadata: { labels: { its: 'a', 'a/b~c': 'd' } },
        spec: { containers: [container('one'), container('two')], volumes: [{ name: 'v', emptyDir: {} }] },
      },
    },
  },
  { apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'b', 'c.d': '0o17' } },
  {
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    spec: { size: 1, parts: [{ name: 'a', size: 1 }, { name: 'b' }], deep: { list: [1, 2, [3]], on: true } },
  },
];

function value(depth = 0): Json {
  const scalar = () => oneOf<Json>([oneOf(texts), below(100), -1.5, true, false, '1', 'yes', '']);
  const kind = below(depth > 2 ? 1 : 4);
  if (kind === 2) return Array.from({ length: below(3) }, () => value(depth + 1));
  if (kind === 3)
    return Object.fromEntries(['a', 'constructor', 'x'].slice(below(3)).map((key) => [key, value(depth + 1)]));
  return scalar();
}

/** All that an object holds with its pointers, but for what says which object it is. */
function valuesIn(part: Json, path = ''): { path: string; value: Json }[] {
  const inner = Object.entries(typeof part === 'object' ? (part ?? {}) : {}).flatMap(([key, each]) =>
    valuesIn(each, `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
  const isIdentity = /^(|\/apiVersion|\/kind|\/metadata(\/name.*)?)$/.test(path);
  return isIdentity ? inner : [{ path, value: part }, ...inner];
}

function operation(object: Tree): JsonOperation {
  const from = oneOf(valuesIn(object));
  const path = `${from.path}${below(30) === 0 ? oneOf(['/x', '/-', '/0', '/9']) : ''}`;
  const op = oneOf(['add', 'replace', 'remove', 'test', 'move', 'copy'] as const);
  if (op === 'remove') return { op, path };
  if (op === 'move' || op === 'copy') return { op, from: path, path: oneOf(valuesIn(object)).path };
  return { op, path, value: op === 'test' && below(10) > 0 ? from.value : value() };
}

/** A part of an object with some of its keys: changed, removed, added. */
function part(object: Tree, depth = 0): Tree {
  const keys = Object.keys(object).filter((key) => depth > 0 || !['apiVersion', 'kind', 'metadata'].includes(key));
  const chosen = keys.filter(() => below(2) === 0);
  const result = Object.fromEntries(
    (chosen.length > 0 ? chosen : keys).map((key) => [key, change(object[key]!, depth)]),
  );
  if (below(5) === 0) result['new'] = value();
  if (depth > 0 && below(12) === 0) result['$patch'] = 'replace';
  return result;
}

function change(own: Json, depth: number): Json {
  if (below(8) === 0) return null;
  if (Array.isArray(own)) {
    const items = own.filter(() => below(2) === 0);
    return items.map((item) => {
      if (typeof item !== 'object' || item === null || Array.isArray(item)) return value(2);
      const { name } = item;
      if (name !== undefined && below(4) === 0) return { name, $patch: 'delete' };
      return { ...part(item, depth + 1), ...(name !== undefined && { name: below(6) === 0 ? 'other' : name }) };
    });
  }
  return typeof own === 'object' && own !== null ? part(own, depth + 1) : value(1);
}

const cases = Array.from({ length: 40 }, (_, index) => {
  const name = `case-${index}`;
  const { kind, ...sample } = oneOf(samples) as Tree & { kind: string };
  const object = { ...sample, kind, metadata: { name: 'a.b', namespace: name, labels: { tier: 'x' } } };
  const operations = Array.from({ length: below(3) }, () => operation(object));
  const merges = Array.from({ length: operations.length === 0 ? 2 : below(2) }, () => part(object));
  const target = below(2) === 0 ? { kind, name: 'a\\.b' } : { kind: `${kind.slice(0, 3)}.*`, namespace: name };
  const ours: Patches =
    below(2) === 0
      ? { [`${kind}/a.b`]: [...operations, ...merges] as Patch }
      : [{ target, patch: [...operations, ...merges] as Patch }];
  const header = { apiVersion: 'v1', kind: 'Any', metadata: { name: 'any' } };
  const all = [...(operations.length > 0 ? [operations] : []), ...merges.map((merge) => ({ ...merge, ...header }))];
  return { name, object, ours, plain: all.map((each) => ({ target, patch: JSON.stringify(each) })) };
});

describe.skipIf(!hasTools)(`patches, ${withTools}`, { timeout: 120_000 }, () => {
  const scratch = mkdtempSync(join(tmpdir(), 'patches-'));
  afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 9 }));

  /** What kustomize makes in folders, by namespace; nothing for one that fails, which is found by halves. */
  async function build(folders: readonly string[]): Promise<ReadonlyMap<string, object>> {
    const top = mkdtempSync(join(scratch, 'top-'));
    const file = { resources: folders.map((each) => relative(top, join(scratch, each))) };
    writeFileSync(join(top, 'kustomization.yaml'), JSON.stringify(file));
    const args = ['build', '--load-restrictor', 'LoadRestrictionsNone', top];
    const { stdout, error } = await run(kustomize!, args, top);
    if (error && folders.length === 1) return new Map();
    if (error) {
      const half = Math.ceil(folders.length / 2);
      return new Map([...(await build(folders.slice(0, half))), ...(await build(folders.slice(half)))]);
    }
    const objects = parseAllDocuments(stdout).map((each) => each.toJS() as KubernetesObject);
    const made = objects.filter(({ kind }) => kind !== 'Namespace');
    return new Map(made.map((object) => [object.metadata.namespace!, object]));
  }

  it('do to any object what kustomize does by itself, or are refused as it refuses them', async () => {
    const apps = cases.map(({ name, object }) => [
      name,
      cdk8sApp({ construct: (scope) => void new ApiObject(scope, 'one', structuredClone(object) as never) }),
    ]);
    const dev = Object.fromEntries(cases.map(({ name, ours }) => [name, { patches: ours }]));
    synthesise(twoClusters(Object.fromEntries(apps) as never, { dev }), join(scratch, 'manifests'), site({}));
    for (const { name, object, plain } of cases) {
      const resources = [`../../manifests/apps/${name}/base/${object.kind.toLowerCase()}-a.b.yaml`];
      mkdirSync(join(scratch, 'plain', name), { recursive: true });
      const file = join(scratch, 'plain', name, 'kustomization.yaml');
      writeFileSync(file, JSON.stringify({ resources, patches: plain }));
    }
    const [ours, plain] = [
      await build(cases.map(({ name }) => `manifests/apps/${name}/overlays/dev`)),
      await build(cases.map(({ name }) => `plain/${name}`)),
    ];
    for (const one of cases) expect(ours.get(one.name), JSON.stringify(one)).toEqual(plain.get(one.name));
    // Otherwise the patches were too wild, or too tame, to prove something.
    expect(plain.size).toBeGreaterThan(cases.length / 3);
    expect(plain.size).toBeLessThan(cases.length);
  });

  const web = webApp({ image: 'podinfo', tag: '1', port: 80 });
  const wrong = async (patches: object, app: Fleet['apps'][string] = web) =>
    wrongWith(twoClusters({ web: app }, { dev: { web: { patches } } }), folder);
  const folder = {
    'deploy/web/kustomization.yaml':
      'namePrefix: the-\nconfigMapGenerator: [{ name: made, literals: [a=b] }]\nresources: [one.yaml]\n',
    'deploy/web/one.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: one, labels: { tier: x } }\n',
  };
  const containers = (name: string) => ({ spec: { template: { spec: { containers: [{ name, tty: true }] } } } });

  it.each<[string, object, RegExp]>([
    [
      'a path that does not exist',
      { Service: [{ op: 'remove', path: '/spec/no/x' }] },
      /^runs\.dev\.web\.patches \(web in dev\): a patch does not fit: remove operation .*"\/spec\/no\/x"/,
    ],
    [
      'another value than the one that is tested',
      { Service: [{ op: 'test', path: '/spec/ports', value: [] }] },
      /^runs\.dev\.web\.patches \(web in dev\): a patch does not fit: testing value \/spec\/ports failed/,
    ],
    ['a container that does not exist', { Deployment: containers('wbe') }, /the container `wbe` of .* has no image/],
  ])('are refused for %s', async (_, patches, message) => {
    expect(await wrong(patches)).toMatch(message);
  });

  it('compare by value, and change the container of a name', async () => {
    const value = [{ targetPort: 'http', port: 80, name: 'http' }];
    const patches = { Service: [{ op: 'test', path: '/spec/ports', value }], Deployment: containers('web') };
    expect(await wrong(patches)).toBeUndefined();
  });

  const patch = { data: { c: 'd' } };
  it('are compared with the objects of the folder that the cluster builds', async () => {
    const files = {
      'deploy/web/a/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, labels: { tier: a } }\n',
      'deploy/web/b/b.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: b, labels: { tier: b } }\n',
    };
    const on = (tier: string) => ({ path: 'b', patches: [{ target: { labelSelector: `tier=${tier}` }, patch }] });
    const inDev = (tier: string) =>
      twoClusters({ web: kustomizeApp({ folder: 'deploy/web', path: 'a' }) }, { dev: { web: on(tier) } });
    expect(await wrongWith(inDev('b'), files)).toBeUndefined();
    expect(await wrongWith(inDev('a'), files)).toContain('the app has no object that the target fits');
  });

  it.each(['one', 'the-one', 'made', 'the-made'])('fit the name `%s` in a folder that changes names', async (name) => {
    const patches = { [`ConfigMap/${name}`]: [{ op: 'add', path: '/data', value: { c: 'd' } }] };
    expect(await wrong(patches, kustomizeApp({ folder: 'deploy/web' }))).toBeUndefined();
  });

  it.each<[string, object, string]>([
    ['an object that a folder does not make', { 'ConfigMap/mode': patch }, '{"kind":"ConfigMap","name":"mode"}'],
    ['a part of a name', { 'ConfigMap/on': patch }, '{"kind":"ConfigMap","name":"on"}'],
    ['a label', [{ target: { labelSelector: 'tier=y' }, patch }], '{"labelSelector":"tier=y"}'],
    ['a namespace', [{ target: { kind: '.*Map', namespace: 'a' }, patch }], '{"kind":".*Map","namespace":"a"}'],
  ])('are refused for %s that does not exist', async (_, patches, target) => {
    expect(await wrong(patches, kustomizeApp({ folder: 'deploy/web' }))).toMatch(
      `runs.dev.web.patches (web in dev): the app has no object that the target fits: \`${target}\``,
    );
  });

  it('fit the objects of the path that the cluster has', async () => {
    const app = kustomizeApp({ folder: 'deploy', path: 'web' });
    const other = { ...folder, 'deploy/other/two.yaml': folder['deploy/web/one.yaml'].replaceAll('one', 'two') };
    const withPath = async (name: string) => {
      const patches = [{ target: { kind: 'ConfigMap', name }, patch }];
      return wrongWith(twoClusters({ web: app }, { dev: { web: { path: 'other', patches } } } as never), other);
    };
    expect(await withPath('two')).toBeUndefined();
    expect(await withPath('one')).toMatch('the app has no object that the target fits');
  });

  it.each([{ labelSelector: 'tier in (x)' }, { kind: '.*Map', namespace: 'web', name: 'o.*' }])(
    'change the objects that %o fits',
    async (target) => {
      const patches = [{ target, patch: [{ op: 'add', path: '/data', value: { c: 'd' } }] }];
      expect(await wrong(patches, kustomizeApp({ folder: 'deploy/web' }))).toBeUndefined();
    },
  );
});
