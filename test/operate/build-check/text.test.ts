import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ApiObject } from 'cdk8s';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

import { synthesise } from '../../../constructs/synth';
import { cdk8sApp, gitChart, helmApp, type HelmValues, webApp } from '../../../model';
import { goodTexts } from '../../constructs/files/texts';
import { site } from '../../manifests/site';
import { hasTools, helm, kustomize, twoClusters, withTools } from './fixture';

/** A Kubernetes object, as deep as a test looks into it. */
interface Built {
  readonly kind: string;
  readonly metadata: { readonly annotations?: Record<string, string> };
  readonly data?: Record<string, string>;
  readonly spec?: {
    readonly values?: unknown;
    readonly template: { readonly spec: { readonly containers: readonly Container[] } };
  };
}
interface Container {
  readonly image: string;
  readonly args?: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
}

// fleet.ts takes no NUL. Numbers that are too large for Go are text to it, and infinite to the parser of this test.
const texts = goodTexts(300).filter((text) => !/\de[-+]?\d{3}/i.test(text) && !text.includes('\0'));
const numbered = (of: readonly string[]) => Object.fromEntries(of.map((text, index) => [`KEY_${index}`, text]));
const tags = ['0o17', '0X1F', '0b101', '1e3', '0755', '1_000', 'on', 'null', '2001-01-01'];

describe.skipIf(!hasTools)(`text that is in fleet.ts, ${withTools}`, { timeout: 120_000 }, () => {
  const scratch = mkdtempSync(join(tmpdir(), 'texts-'));
  afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 9 }));

  const web = (tag: string) => webApp({ image: 'podinfo', tag, port: 80, env: numbered(texts), args: texts });
  const map = cdk8sApp({
    construct: (scope) =>
      void new ApiObject(scope, 'map', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'map' },
        data: numbered(texts),
      }),
  });
  // The names of values are texts that kustomize takes as names.
  const names = texts.filter((text) => text !== '' && text !== '<<');
  const byText = (of: readonly string[]) => Object.fromEntries(names.map((name, index) => [name, of[index]!]));
  const nulls = (of: readonly string[]) => Object.fromEntries(of.map((name) => [name, null]));
  const values: HelmValues = { byText: byText(texts), list: texts, nulls: nulls(names.slice(1)) };
  const release = helmApp({ chart: gitChart('charts/texts'), values });
  const chart = {
    'charts/texts/Chart.yaml': 'apiVersion: v2\nname: texts\nversion: 1.0.0\n',
    'charts/texts/templates/map.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: map }\ndata:\n  all: {{ .Values | toJson | quote }}\n' +
      '  {{- range $index, $text := .Values.list }}\n  KEY_{{ $index }}: {{ $text | quote }}\n  {{- end }}\n',
  };
  beforeAll(() => {
    const apps = {
      web: web('1'),
      map,
      release,
      ...Object.fromEntries(tags.map((tag, index) => [`tag-${index}`, web(tag)])),
    };
    const dev = {
      ...Object.fromEntries(tags.map((_, index) => [`tag-${index}`, { tag: tags.at(-index - 1)! }])),
      web: {
        env: numbered([...texts].reverse()),
        patches: { Deployment: { metadata: { annotations: numbered(texts) } } },
      },
      release: { values: { byText: byText([...texts].reverse()), list: [...texts].reverse(), nulls: nulls(names) } },
      map: {
        patches: {
          'ConfigMap/map': texts.map((value, index) => ({ op: 'add' as const, path: `/data/JSON_${index}`, value })),
        },
      },
    };
    synthesise(twoClusters(apps, { dev }), join(scratch, 'manifests'), site(chart));
  });

  /** What kustomize makes of an overlay, and then of its own text: Flux reads it by the same library. */
  async function built(app: string, cluster: string): Promise<Record<string, Built>> {
    const { stdout: once } = await execa(kustomize!, [
      'build',
      join(scratch, 'manifests/apps', app, 'overlays', cluster),
    ]);
    const again = mkdtempSync(join(scratch, 'again-'));
    writeFileSync(join(again, 'once.yaml'), once);
    writeFileSync(join(again, 'kustomization.yaml'), 'resources: [once.yaml]\n');
    const { stdout } = await execa(kustomize!, ['build', again]);
    const objects = parseAllDocuments(stdout).map((document) => document.toJS() as Built);
    return Object.fromEntries(objects.map((object) => [object.kind, object]));
  }
  const container = (objects: Record<string, Built>) => objects['Deployment']!.spec!.template.spec.containers[0]!;
  /** As Kubernetes gives it to a container: https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables */
  const given = (text = '') => text.replaceAll('$$', () => '$');
  const envOf = (objects: Record<string, Built>) =>
    Object.fromEntries(container(objects).env.map(({ name, value }) => [name, given(value)]));

  it('is in variables and arguments as it was', async () => {
    const [dev, prod] = [await built('web', 'dev'), await built('web', 'prod')];
    expect(envOf(prod)).toMatchObject(numbered(texts));
    expect(envOf(dev)).toMatchObject(numbered([...texts].reverse()));
    expect(container(prod).args?.map(given)).toEqual(texts);
  });

  it('is in what a construct and patches say as it was', async () => {
    const objects = await built('map', 'dev');
    expect(objects['ConfigMap']!.data).toMatchObject(numbered(texts));
    const patched = Object.fromEntries(texts.map((text, index) => [`JSON_${index}`, text]));
    expect(objects['ConfigMap']!.data).toMatchObject(patched);
    expect((await built('web', 'dev'))['Deployment']!.metadata.annotations).toMatchObject(numbered(texts));
  });

  it('is in tags as it was', async () => {
    for (const [index, tag] of tags.entries()) {
      expect(container(await built(`tag-${index}`, 'prod')).image).toBe(`podinfo:${tag}`);
      expect(container(await built(`tag-${index}`, 'dev')).image).toBe(`podinfo:${tags.at(-index - 1)}`);
    }
  });

  /** What Helm makes of the values that a HelmRelease and its ConfigMap have. */
  async function byHelm(cluster: string): Promise<Record<string, string>> {
    const { HelmRelease, ConfigMap } = await built('release', cluster);
    const folder = mkdtempSync(join(scratch, 'values-'));
    const files = [ConfigMap!.data!['values.yaml']!, JSON.stringify(HelmRelease!.spec!.values)].map((text, index) => {
      writeFileSync(join(folder, String(index)), text);
      return ['--values', join(folder, String(index))];
    });
    const { stdout } = await execa(helm!, ['template', join(scratch, 'manifests/charts/texts'), ...files.flat()]);
    return (parse(stdout) as Built).data!;
  }

  it("is in a chart's values, and in their names, as it was", async () => {
    for (const [cluster, all] of Object.entries({ dev: [...texts].reverse(), prod: texts })) {
      const data = await byHelm(cluster);
      expect(data).toMatchObject(numbered(all));
      const expected = { byText: byText(all), list: all, nulls: nulls(cluster === 'dev' ? names : names.slice(1)) };
      expect(JSON.parse(data['all']!)).toEqual(expected);
    }
  });
});
