import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { create } from 'tar';

import { synthesise } from '../../../constructs/synth';
import { defineFleet, gitChart, helmApp, kind } from '../../../model';
import { refuseUnbuildable } from '../../../operate/build-check';
import { refusePlaintext } from '../../../operate/plaintext';
import { hasTools, helm, kustomize, withTools } from '../../operate/build-check/fixture';
import { site } from '../../manifests/site';
import { fileForms } from './file-forms';
import { filesOf, type Form } from './form';
import { valueForms } from './value-forms';

const scratch = mkdtempSync(join(tmpdir(), 'charts-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 9 }));

function write(root: string, form: Form): void {
  for (const [path, content] of Object.entries(filesOf(form))) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    if (typeof content === 'string' || Buffer.isBuffer(content)) writeFileSync(file, content);
    else symlinkSync(content.link, file);
  }
  for (const [path, files] of Object.entries(form.archives ?? {})) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    create({ gzip: true, sync: true, file: join(root, path), cwd: site(files) }, Object.keys(files));
  }
}

/** What `helm template` prints with values, each of which overrides those before. */
async function rendered(chart: string, values: readonly unknown[], more: readonly string[] = []): Promise<string> {
  const folder = mkdtempSync(join(scratch, 'values-'));
  const files = values.map((each, index) => {
    const file = join(folder, `${index}.yaml`);
    writeFileSync(file, typeof each === 'string' ? each : JSON.stringify(each ?? {}));
    return file;
  });
  const args = [
    'template',
    'own',
    chart,
    '--namespace',
    'own',
    '--include-crds',
    ...files.flatMap((file) => ['-f', file]),
  ];
  const { stdout } = await execa(helm!, [...args, ...more], { env: { HOME: folder } });
  return stdout;
}

interface Release {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec: { readonly values?: object; readonly valuesFrom?: readonly { readonly name: string }[] };
}

/** The values that a cluster's HelmRelease has, as Flux merges them. */
async function published(manifests: string): Promise<unknown[]> {
  const { stdout } = await execa(kustomize!, ['build', join(manifests, 'apps/own/overlays/dev')]);
  const objects = parseAllDocuments(stdout).map((document) => document.toJS() as Release);
  const { spec } = objects.find((object) => object.kind === 'HelmRelease')!;
  const from = (spec.valuesFrom ?? []).map(({ name }) => objects.find(({ metadata }) => metadata.name === name)!);
  return [...from.map(({ data }) => data!['values.yaml']!), spec.values];
}

describe.skipIf(!hasTools)(`a chart with, ${withTools}`, { timeout: 60_000 }, () => {
  it.each(Object.entries({ ...fileForms, ...valueForms }))('%s', async (_, form) => {
    const root = mkdtempSync(join(scratch, 'root-'));
    write(join(root, 'charts/own'), form);
    const [manifests, own] = [join(root, 'manifests'), helmApp({ chart: gitChart('charts/own'), ...form.app })];
    const fleet = defineFleet({ clusters: { dev: kind() }, apps: { own }, runs: { dev: { own: form.overlay ?? {} } } });
    const plain = () => rendered(join(root, 'charts/own'), [form.app?.values, form.overlay?.values], form.plain);
    const ours = async () => {
      synthesise(fleet, manifests, root);
      refusePlaintext(manifests);
      const notices = await refuseUnbuildable({ fleet, manifests, kustomize: kustomize!, helm: helm! });
      expect(notices).toEqual(form.notice ? [form.notice] : []);
      return rendered(join(manifests, 'charts/own'), await published(manifests), form.plain);
    };
    if (form.refused) {
      await expect(ours()).rejects.toThrow(form.refused);
      if (!form.stricter) await expect(plain()).rejects.toThrow();
    } else {
      const expected = await plain();
      expect(expected).toContain('kind: ');
      expect(await ours()).toBe(expected);
    }
  });
});
