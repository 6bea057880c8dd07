import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { manifests } from '../../../constructs/manifests';
import { inSecret, kustomizeApp, type PostBuild } from '../../../model';
import { encrypted, site } from '../../manifests/site';
import { untyped } from '../../model/problems';
import { hasTools, twoClusters, withTools, wrongWith } from './fixture';

const scratch = mkdtempSync(join(tmpdir(), 'substitution-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 9 }));

const map = (text: string, more = '') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n${more}data:\n  a: ${JSON.stringify(text)}\n`;
const app = (postBuild?: PostBuild) => kustomizeApp({ folder: 'a', postBuild });
const fleet = (own: PostBuild, dev: object = {}) => twoClusters({ web: app(own) }, { dev: { web: dev } });

describe.skipIf(!hasTools)(`variables that Flux substitutes, ${withTools}`, { timeout: 60_000 }, () => {
  it.each<[string, PostBuild, string]>([
    ['a value', { substitute: { A: 'x' } }, 'a ${A}'],
    ['a default', { substitute: { B: 'x' } }, '${A:-x} ${A:=y} ${A=${B}} ${1:-x}'],
    ['a function', { substitute: { A: 'x' } }, '${A^^} ${A,,} ${#A} ${A:0:1} ${A/x/y} ${A##*.} ${A%.}'],
    ['an escape', { substitute: { A: 'x' } }, '$${NONE} $NONE $(NONE) $$$${NONE} $$${A}'],
    ['an object of the cluster', { substituteFrom: [{ kind: 'ConfigMap', name: 'vars' }] }, '${NONE}'],
    ['a number in quotes', { substitute: { A: '"8080"' } }, '${A}'],
    ['no substitution', undefined as never, '${NONE} ${.x} ${'],
  ])('are accepted for %s', async (_, postBuild, text) => {
    expect(await wrongWith(fleet(postBuild), { 'a/a.yaml': map(text) })).toBeUndefined();
  });

  it.each<[string, PostBuild, string, string]>([
    ['no value', { substitute: { B: '' } }, 'a ${A}', '`${A}` of ConfigMap `a` has no value'],
    ['no value in a default', { substitute: { B: '' } }, '${B:-${A}}', '`${A}` of ConfigMap `a` has no value'],
    ['no value for a function', { substitute: { B: '' } }, '${A^^}', '`${A^^}` of ConfigMap `a` has no value'],
    ['no value after two other `$`', { substitute: { B: '' } }, '$$${A}', '`${A}` of ConfigMap `a` has no value'],
    ['a value that breaks YAML', { substitute: { A: 'b: c' } }, 'a ${A}', 'ConfigMap `a` would not be YAML any more'],
    ['an unknown function', { substitute: { A: '' } }, '${A-x}', '`${A-x}` of ConfigMap `a` has no value'],
    ['no end', { substitute: { A: '' } }, '${A x', '`${A x'],
    ['no name', { substituteFrom: [{ kind: 'Secret', name: 'b' }] }, '${.a}', '`${.a}` of ConfigMap `a` has no value'],
    ['a number', { substitute: { A: '8080' } }, '${A}', '`data` of ConfigMap `a` would have a value that is not text'],
  ])('are refused for %s', async (...[, postBuild, text, problem]) => {
    expect(await wrongWith(fleet(postBuild), { 'a/a.yaml': map(text) })).toMatch(
      `a/a.yaml:1 (web in dev, prod): ${problem}`,
    );
  });

  it('are those of the cluster, and none for an object that is marked', async () => {
    const files = { 'a/a.yaml': map('${A}') };
    const own = { substitute: { B: 'x' } };
    expect(await wrongWith(fleet(own, { postBuild: { substitute: { A: 'x' } } }), files)).toMatch(
      'a/a.yaml:1 (web in prod): `${A}` of ConfigMap `a` has no value',
    );
    const marked = map('${A}', '  annotations: { kustomize.toolkit.fluxcd.io/substitute: disabled }\n');
    expect(await wrongWith(fleet(own), { 'a/a.yaml': marked })).toBeUndefined();
    const namespace = map('x', '  namespace: ${A}\n');
    const separate = kustomizeApp({ folder: 'a', postBuild: { substitute: { A: 'web' } } });
    expect(await wrongWith(twoClusters({ web: separate }), { 'a/a.yaml': namespace })).toBeUndefined();
  });
});

describe('the variables of an app', () => {
  it('are in its Flux Kustomization with those of the cluster, and leave its Secret as it is', () => {
    const reference = { kind: 'Secret', name: 'vars', optional: true } as const;
    const web = kustomizeApp({
      folder: 'a',
      secrets: { k: inSecret() },
      postBuild: { substitute: { B: '1', A: 'x' }, substituteFrom: [reference] },
    });
    const more = { postBuild: { substitute: { B: '2' }, substituteFrom: [{ ...reference, name: 'dev' }] } };
    const secrets = {
      'secrets/dev/web.yaml': encrypted('web', ['k']),
      'secrets/prod/web.yaml': encrypted('web', ['k']),
    };
    const tree = manifests(twoClusters({ web }, { dev: { web: more } }), site({ 'a/a.yaml': map('${A}'), ...secrets }));
    expect(tree.get('clusters/dev/web.yaml')).toMatchObject({
      spec: {
        postBuild: { substitute: { A: 'x', B: '2' }, substituteFrom: [reference, { ...reference, name: 'dev' }] },
      },
    });
    expect(tree.get('clusters/prod/web.yaml')).toMatchObject({
      spec: { postBuild: { substitute: { A: 'x', B: '1' }, substituteFrom: [reference] } },
    });
    expect(tree.get('apps/web/overlays/dev/secret-patch.yaml')).toMatchObject({
      metadata: { name: 'web', annotations: { 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' } },
    });
  });

  const clusters = (own: unknown, dev: object = {}) =>
    untyped({
      clusters: { dev: { type: 'kind', workers: 0, ports: {}, recipients: [{ type: 'age' }] } },
      apps: { web: app(own as PostBuild) },
      runs: { dev: { web: dev } },
    });

  it('are checked, and cannot be those of one cluster only', () => {
    expect(clusters({ substitute: { 'a-b': 'x', C: 'y\nz' }, substituteFrom: [{ kind: 'Pod', name: 'A' }] })).toEqual([
      'apps.web.postBuild.substitute.a-b: invalid variable: `a-b`',
      'apps.web.postBuild.substitute.C: invalid value of a variable: `y\nz`',
      'apps.web.postBuild.substituteFrom.0.kind: invalid value: `Pod`',
      'apps.web.postBuild.substituteFrom.0.name: invalid name: `A`',
    ]);
    const set = { postBuild: { substitute: { A: 'x' } } };
    expect(clusters(undefined, set)).toEqual([
      'runs.dev.web.postBuild: the app has no `postBuild`, so that other clusters would keep `${…}` as it is',
    ]);
    expect(clusters({})).toEqual([
      'runs.dev.web.postBuild: the app has no variable in this cluster, so that Flux would keep `${…}` as it is',
    ]);
    expect(clusters({}, set)).toEqual([]);
  });
});
