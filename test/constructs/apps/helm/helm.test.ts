import { describe, expect, it } from 'vitest';
import { readChart } from '../../../../constructs/apps/helm/chart-folder';
import { checkValues, differingValues, mergedValues } from '../../../../constructs/apps/helm/values';
import { manifests } from '../../../../constructs/manifests';
import { defineFleet, gitChart, helmApp, type HelmAppOverlay, type HelmAppProps, kind, value } from '../../../../model';
import { encrypted, site } from '../../../manifests/site';
import { problems } from '../../../model/problems';

const chart = gitChart('charts/thing');
const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['password'],
  properties: { replicas: { type: 'integer' }, password: { type: 'string', minLength: 8 }, mode: { enum: ['a', 'b'] } },
};
const files = {
  'charts/thing/Chart.yaml': 'apiVersion: v2\nname: thing\nversion: 1.2.3 # ours\n',
  'charts/thing/values.yaml': 'replicas: 1\n',
  'charts/thing/values.schema.json': JSON.stringify(schema),
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
  it('is copied with a version that changes with its files', () => {
    const version = (root: string) =>
      /version: (.*)/.exec(readChart(root, chart).files.get('Chart.yaml') as string)![1]!;
    expect(version(site(files))).toMatch(/^1\.2\.3\+[0-9a-f]{12}$/);
    expect(version(site(files))).toBe(version(site(files)));
    expect(version(site({ ...files, 'charts/thing/templates/b.yaml': '' }))).not.toBe(version(site(files)));
    const copied = tree({ values: { password: '12345678' } });
    expect(copied.get('charts/thing/templates/a.yaml')).toBe(files['charts/thing/templates/a.yaml']);
  });

  it.each<[string, Record<string, string>, string]>([
    ['no Chart.yaml', { 'charts/thing/values.yaml': '' }, 'charts/thing: the folder has no `Chart.yaml`'],
    ['no folder', {}, 'charts/thing: the folder does not exist'],
    [
      'an old Chart.yaml',
      { 'charts/thing/Chart.yaml': 'apiVersion: v1' },
      'charts/thing/Chart.yaml: `apiVersion: v2`, `name` or `version` is missing',
    ],
    [
      'a Chart.yaml that is not YAML',
      { 'charts/thing/Chart.yaml': ': : :' },
      'charts/thing/Chart.yaml: the file does not contain a YAML object',
    ],
  ])('is refused with %s', (_, found, problem) => {
    expect(problems(() => readChart(site(found), chart))).toEqual([problem]);
  });
});

describe('the values of a release', () => {
  it('are merged as maps, replaced as lists, and removed by null', () => {
    const own = { a: 1, nested: { b: 2, c: [1, 2] } };
    const changed = { nested: { b: null, c: [3] }, d: 'e' };
    expect(mergedValues(own, changed)).toEqual({ a: 1, nested: { c: [3] }, d: 'e' });
    expect(differingValues(own, { a: 1, nested: { c: [1, 2] } })).toBeUndefined();
    expect(differingValues(own, { a: 1, ...changed })).toEqual(changed);
  });

  it.each<[HelmAppProps['values'], HelmAppOverlay, string]>([
    [{}, {}, "apps.a.values: according to the chart's schema, it must have required property 'password'"],
    [
      { password: 'short' },
      {},
      "apps.a.values.password: according to the chart's schema, it must NOT have fewer than 8 characters",
    ],
    [
      { password: '12345678' },
      { values: { replicas: 'two' } },
      "runs.dev.a.values.replicas: according to the chart's schema, it must be integer",
    ],
    [
      { password: '12345678' },
      { values: { replica: 2 } },
      "runs.dev.a.values: according to the chart's schema, it must NOT have additional properties: `replica`",
    ],
    [
      { password: '12345678', mode: 'c' },
      {},
      "apps.a.values.mode: according to the chart's schema, it must be equal to one of the allowed values: a, b",
    ],
  ])("are checked by the chart's schema: %o with %o", (values, overlay, problem) => {
    expect(problems(() => tree({ values }, overlay))).toEqual([problem]);
  });

  it('can come from a secret, which satisfies the schema', () => {
    expect(problems(() => tree({ secrets: { key: value('password') } }))).toEqual([]);
  });

  it('come from secrets byte for byte, each of them', () => {
    const secrets = { key: value('password'), other: value('nested.mode', { generate: { bytes: 32 } }) };
    const two = encrypted('a-values', Object.keys(secrets), { namespace: 'flux-system' });
    const release = tree({ secrets }, {}, { 'secrets/dev/a.yaml': two, 'charts/thing/values.schema.json': '{}' });
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

  it('are checked by schemas of each draft that Helm supports, and an invalid schema is refused', () => {
    for (const draft of ['draft-07/schema', 'draft/2019-09/schema', 'draft/2020-12/schema']) {
      const said = JSON.stringify({ ...schema, $schema: `https://json-schema.org/${draft}` }).replace(
        'https://json-schema.org/draft-07',
        'http://json-schema.org/draft-07',
      );
      expect(problems(() => tree({}, {}, { 'charts/thing/values.schema.json': said }))).toHaveLength(1);
    }
    const broken = { 'charts/thing/values.schema.json': '{"type": "nothing"}' };
    expect(problems(() => tree({}, {}, broken))[0]).toMatch(/^charts\/thing\/values.schema.json: invalid JSON schema/);
  });

  it('are not checked if the chart has no schema', () => {
    const app = helmApp({ chart, values: { anything: 1 } });
    checkValues(
      { path: chart.path, files: new Map(), values: {}, definitions: [] },
      { place: '', app, values: app.values },
    );
  });
});
