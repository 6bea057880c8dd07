import { describe, expect, it } from 'vitest';
import { readChart } from '../../../../constructs/apps/helm/chart-folder';
import { mergedValues, onlyNulls, valuesPatch, withoutNulls } from '../../../../constructs/apps/helm/values';
import { manifests } from '../../../../constructs/manifests';
import { defineFleet, gitChart, helmApp, type HelmAppOverlay, type HelmAppProps, kind, value } from '../../../../model';
import { encrypted, site } from '../../../manifests/site';
import { problems } from '../../../model/problems';

const chart = gitChart('charts/thing');
const files = {
  'charts/thing/Chart.yaml': 'apiVersion: v2\nname: thing\nversion: 1.2.3 # ours\n',
  'charts/thing/templates/a.yaml': 'a: {{ .Values.replicas }}\n',
  'secrets/dev/a.yaml': encrypted('a-values', ['key'], { namespace: 'flux-system' }),
};

function tree(props: Partial<HelmAppProps<never>>, overlay: HelmAppOverlay = {}, more: Record<string, string> = {}) {
  const fleet = defineFleet({
    clusters: { dev: kind() },
    apps: { a: helmApp({ chart, ...props }) },
    runs: { dev: { a: overlay } },
  });
  return manifests(fleet, site({ ...files, ...more }));
}

describe('a chart in Git', () => {
  const chartFile = (root: string) => readChart(root, chart).get('charts/thing/Chart.yaml') as string;

  it('is copied with a version that changes with its files', () => {
    const version = (root: string) => /version: (.*)/.exec(chartFile(root))![1]!;
    expect(version(site(files))).toMatch(/^1\.2\.3\+[0-9a-f]{12} # ours$/);
    expect(version(site(files))).toBe(version(site(files)));
    expect(version(site({ ...files, 'charts/thing/templates/b.yaml': '' }))).not.toBe(version(site(files)));
    const copied = tree({ values: { password: '12345678' } });
    expect(copied.get('charts/thing/templates/a.yaml')).toBe(files['charts/thing/templates/a.yaml']);
  });

  it('has locks by which Flux fetches no chart that is there already', () => {
    const sub = { ...files, 'charts/thing/charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n' };
    const old = { 'charts/thing/requirements.lock': 'dependencies: [{ name: sub, version: 1.0.0 }]\n' };
    expect(tree({}, {}, sub).get('charts/thing/Chart.lock')).toBe('dependencies: []\n');
    expect(tree({}, {}, { ...sub, ...old }).get('charts/thing/requirements.lock')).toBe('dependencies: []\n');
    expect(tree({}).has('charts/thing/Chart.lock')).toBe(false);
  });

  it('has files that Flux would leave out of the repository, as pictures', () => {
    const picture = { ...files, 'charts/thing/files/a.png': 'PNG' };
    expect(tree({}, {}, picture).get('charts/.sourceignore')).toContain('!*.png\n');
    expect(tree({}).has('charts/.sourceignore')).toBe(false);
  });

  it.each([
    ['quoted', "version: '1.2'\nname: x", 'version: 1.2+HASH\nname: x'],
    ['in flow style', '{name: x, version: "1.2.3", a: b}', '{name: x, version: 1.2.3+HASH, a: b}'],
    ['a number', 'version: 2', 'version: 2+HASH'],
    ['with build metadata', 'version: 1.0.0+a', 'version: 1.0.0+a.HASH'],
    ['there twice', 'version: 1.0.0\nversion: 2.0.0', 'version: 1.0.0\nversion: 2.0.0+HASH'],
    ['an anchor', 'version: &v 1.0.0\nappVersion: *v\n', 'version: &v 1.0.0+HASH\nappVersion: 1.0.0\n'],
    ['an alias', 'appVersion: &v 1.0.0\nversion: *v\n', 'appVersion: &v 1.0.0\nversion: 1.0.0+HASH\n'],
  ])('keeps the rest of a Chart.yaml whose version is %s', (_, text, stamped) => {
    const own = chartFile(site({ 'charts/thing/Chart.yaml': text }));
    expect(own.replace(/[0-9a-f]{12}/, 'HASH')).toBe(stamped);
  });

  it.each<[string, Record<string, string>, string]>([
    ['no Chart.yaml', { 'charts/thing/values.yaml': '' }, 'charts/thing: the folder has no `Chart.yaml`'],
    ['no folder', {}, 'charts/thing: the folder does not exist'],
    [
      'no version',
      { 'charts/thing/Chart.yaml': 'apiVersion: v1' },
      'charts/thing/Chart.yaml: the file is not YAML with a `version`',
    ],
    [
      'a Chart.yaml that is not YAML',
      { 'charts/thing/Chart.yaml': ': : :' },
      'charts/thing/Chart.yaml: the file is not YAML with a `version`',
    ],
  ])('is refused with %s', (_, found, problem) => {
    expect(problems(() => readChart(site(found), chart))).toEqual([problem]);
  });
});

describe('the values of a release', () => {
  it('are merged as maps, replaced as lists, and null stays', () => {
    const own = { a: 1, nested: { b: 2, c: [1, 2] } };
    const changed = { nested: { b: null, c: [3] }, d: 'e', toString: { f: null } };
    const merged = mergedValues(own, changed);
    expect(merged).toEqual({ a: 1, nested: { b: null, c: [3] }, d: 'e', toString: { f: null } });
    expect(withoutNulls(merged)).toEqual({ a: 1, nested: { c: [3] }, d: 'e', toString: {} });
    expect(onlyNulls(merged)).toEqual({ nested: { b: null }, toString: { f: null } });
    expect(onlyNulls(own)).toBeUndefined();
  });

  it('differ in a cluster by a patch, which replaces the map where the type of a value differs', () => {
    const own = { a: 1, nested: { b: 2, c: [1, 2] }, ingress: { on: true } };
    expect(valuesPatch(own, structuredClone(own))).toBeUndefined();
    expect(valuesPatch(own, { ...own, nested: { c: [3] } })).toEqual({ nested: { b: null, c: [3] } });
    expect(valuesPatch(own, { ...own, nested: { b: {}, c: [3] } })).toEqual({
      nested: { $patch: 'replace', b: {}, c: [3] },
    });
  });

  it('are in a ConfigMap where they are null, of the app or of a cluster', () => {
    const props = { values: { probe: null, size: 1 }, secrets: { key: value('password') } };
    const own = tree(props, { values: { size: null, 'a b': { c: [null] } } });
    expect(own.get('apps/a/base/helmrelease.yaml')).toHaveProperty('spec.values', { size: 1 });
    expect(own.get('apps/a/overlays/dev/helmrelease-patch.yaml')).toMatchObject({
      spec: {
        values: { 'a b': {}, size: null },
        valuesFrom: [
          { kind: 'ConfigMap', name: 'a-nulls' },
          { kind: 'Secret', valuesKey: 'key', targetPath: 'password' },
        ],
      },
    });
    const map = { data: { 'values.yaml': '{"a b":{"c":[null]},"probe":null,"size":null}' } };
    expect(own.get('apps/a/overlays/dev/nulls.yaml')).toMatchObject(map);
  });

  it('come from secrets byte for byte, each of them', () => {
    const secrets = { key: value('password'), other: value('nested.mode', { generate: { bytes: 32 } }) };
    const two = encrypted('a-values', Object.keys(secrets), { namespace: 'flux-system' });
    const release = tree({ secrets }, {}, { 'secrets/dev/a.yaml': two });
    const from = (name: string, path: string) => ({
      kind: 'Secret',
      name: 'a-values',
      valuesKey: name,
      targetPath: path,
      literal: true,
    });
    expect(release.get('apps/a/base/helmrelease.yaml')).toHaveProperty('spec.valuesFrom', [
      from('key', 'password'),
      from('other', 'nested.mode'),
    ]);
  });

  it('are not checked by Helm with the schema where some are secrets, because its message repeats them', () => {
    const release = (own: Partial<HelmAppProps<never>>) => tree(own).get('apps/a/base/helmrelease.yaml');
    for (const action of ['install', 'upgrade']) {
      expect(release({ secrets: { key: value('password') } })).toHaveProperty(
        `spec.${action}.disableSchemaValidation`,
        true,
      );
      expect(release({ values: { password: '12345678' } })).not.toHaveProperty(
        `spec.${action}.disableSchemaValidation`,
      );
    }
  });
});
