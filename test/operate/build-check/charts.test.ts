import { describe, expect, it } from 'vitest';

import { gitChart, helmApp, kustomizeApp, value } from '../../../model';
import { beside } from '../../manifests/fleets';
import { encrypted } from '../../manifests/site';
import { chart, hasTools, map, object, twoClusters, withTools, wrongWith } from './fixture';

const release = helmApp({ chart: gitChart('charts/own') });

describe.skipIf(!hasTools)(`a chart in Git, ${withTools}`, { timeout: 60_000 }, () => {
  it('is rendered with the values of each cluster', async () => {
    const template = map('{{ .Release.Name }}', '{ a: {{ required "size is required" .Values.size | quote }} }');
    const own = (changes: object) => twoClusters({ own: release }, { prod: { own: changes } });
    expect(await wrongWith(own({}), chart(template))).toBeUndefined();
    expect(await wrongWith(own({ values: { size: '' } }), chart(template))).toMatch(
      /^charts\/own\/templates\/one\.yaml:5 \(own in prod\): Helm cannot render it for `own`: .*size is required.*\n.*`runs\.prod\.own\.values`/,
    );
  });

  it('is refused with the file that is not YAML, or not an object', async () => {
    const broken = {
      'a: [\n': 'it is not YAML|YAML parse error',
      'a: 1\n': 'without `apiVersion`, `kind`, `metadata.name`',
    };
    for (const [template, problem] of Object.entries(broken)) {
      expect(await wrongWith(twoClusters({ own: release }), chart(template))).toMatch(
        new RegExp(`^charts/own/templates/one\\.yaml \\(own in dev, prod\\): .*(${problem})`),
      );
    }
  });

  it('is refused without the charts that it depends on, with the command', async () => {
    const files = chart(map('one'));
    files['charts/own/Chart.yaml'] +=
      'dependencies: [{ name: redis, version: 1.0.0, repository: https://example.com }]\n';
    expect(await wrongWith(twoClusters({ own: release }), files)).toMatch(
      /^charts\/own \(own in dev, prod\): .*redis\.\n {2}Run `helm dependency build charts\/own`/,
    );
  });

  it('has a stand-in for each value that only the cluster can decrypt, of the form that the chart takes', async () => {
    const own = helmApp({ chart: gitChart('charts/own'), secrets: { port: value('auth.port') } });
    const keep = Object.fromEntries(
      ['dev', 'prod'].map((name) => [
        `secrets/${name}/own.yaml`,
        encrypted('own-values', ['port'], { namespace: 'flux-system' }),
      ]),
    );
    const template = (test: string) => map('one', `{ a: {{ ${test} | quote }} }`);
    const forms = ['.Values.auth.port | b64dec', '(regexFind "^[0-9]+$" .Values.auth.port) | required "no number"'];
    for (const form of forms) {
      expect(await wrongWith(twoClusters({ own }), { ...chart(template(form)), ...keep })).toBeUndefined();
    }
    expect(await wrongWith(twoClusters({ own }), { ...chart(template('fail "never"')), ...keep })).toContain('never');
  });

  it('meets its schemas with values that are no secrets, whatever they say of those that are', async () => {
    const secrets = { password: value('auth.password') };
    const own = helmApp({ chart: gitChart('charts/own'), values: { size: 1 }, secrets });
    const keep = Object.fromEntries(
      ['dev', 'prod'].map((name) => [
        `secrets/${name}/own.yaml`,
        encrypted('own-values', ['password'], { namespace: 'flux-system' }),
      ]),
    );
    const auth = { required: ['password'], properties: { password: { enum: ['one', 'two'] } } };
    const schema = { properties: { size: { type: 'integer' }, auth } };
    const files = { ...chart(map('one')), ...keep, 'charts/own/values.schema.json': JSON.stringify(schema) };
    expect(await wrongWith(twoClusters({ own }), files)).toBeUndefined();
    const overlay = { own: { values: { size: 'two' } } };
    expect(await wrongWith(twoClusters({ own }, { prod: overlay }), files)).toMatch(
      /^charts\/own \(own in prod\): .*at '\/size': got string, want integer/,
    );
    const off = {
      own: { ...overlay.own, patches: { HelmRelease: { spec: { install: { disableSchemaValidation: true } } } } },
    };
    const open = helmApp({ chart: gitChart('charts/own'), values: { size: 1, auth: { password: 'one' } } });
    expect(await wrongWith(twoClusters({ own: open }, { prod: off }), files)).toBeUndefined();
  });

  it('may have two hooks of one name, and no two other objects', async () => {
    const hook = (when: string) => `${map('one').replace('data: {}', '')}  annotations: { helm.sh/hook: ${when} }\n`;
    const two = (first: string, second: string) => chart(first, { 'charts/own/templates/two.yaml': second });
    expect(
      await wrongWith(twoClusters({ own: release }), two(hook('pre-install'), hook('post-install'))),
    ).toBeUndefined();
    expect(await wrongWith(twoClusters({ own: release }), two(map('one'), map('one')))).toMatch(
      /ConfigMap `one` in the namespace `own` is in it twice/,
    );
  });

  it('has definitions, in templates or in crds/, after which the apps come that use them', async () => {
    const definition = beside['deploy/plain/definition.yaml'].split('---')[0]!;
    const widget = object({ kind: 'Widget', apiVersion: 'example.com/v1', name: 'first' });
    const guarded = `{{ if .Values.crds }}\n${definition}{{ end }}`;
    const crds = { ...chart(map('one')), 'charts/own/crds/a.yaml': `${definition}---\n` };
    for (const files of [chart(guarded), crds]) {
      const own = { ...release, values: { crds: true } };
      expect(await wrongWith(twoClusters({ own, widget }), files)).toBe(
        'apps.widget (widget in dev, prod): the definition of Widget `first` is in `own`.\n' +
          "  Add `after: ['own']` to `widget`.",
      );
      const between = object({ kind: 'Service', name: 'between' });
      const ordered = { own, between: { ...between, after: ['own'] }, widget: { ...widget, after: ['between'] } };
      expect(await wrongWith(twoClusters(ordered), files)).toBeUndefined();
      expect(
        await wrongWith(twoClusters({ own, widget }, { dev: { widget: {} }, prod: { own: {} } }), files),
      ).toBeUndefined();
    }
    expect(await wrongWith(twoClusters({ own: release, widget }), chart(guarded))).toBeUndefined();
    // Helm makes the first definition, and each release has the rest in its own namespace.
    expect(await wrongWith(twoClusters({ own: release, other: release }), crds)).toBeUndefined();
  });

  it('finds the definitions that the cluster gets in its capabilities', async () => {
    const guarded = `{{ if not (.Capabilities.APIVersions.Has "example.com/v1/Widget") }}{{ fail "no Widget" }}{{ end }}\n`;
    const definition = beside['deploy/plain/definition.yaml'].split('---')[0]!;
    const widgets = kustomizeApp({ folder: 'deploy/widgets' });
    const files = { ...chart(guarded + map('one')), 'deploy/widgets/definition.yaml': definition };
    expect(await wrongWith(twoClusters({ own: release, widgets }), files)).toBeUndefined();
    expect(await wrongWith(twoClusters({ own: release }), files)).toMatch(/no Widget/);
  });
});
