import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { defineFleet, type Fleet, gitChart, helmApp, inSecret, kind, kustomizeApp, webApp } from '../../../model';
import type { DiffReport } from '../../../operate/diff/report';
import { cipherText } from '../../manifests/site';
import { chart, hasTools, map, object, twoClusters, withTools } from '../build-check/fixture';
import { clustersDiffOf, diffOf, type State } from './fixture';

const app = (tag = '6.9.2', more: object = {}) =>
  webApp({ image: 'ghcr.io/stefanprodan/podinfo', tag, port: 9898, ...more });

const folder = (more: object = {}) => kustomizeApp({ folder: 'deploy/shop', ...more });

/** Both clusters have a folder. */
const shop = (text: string, more: object = {}): State => ({
  fleet: twoClusters({ shop: folder(more) }),
  files: { 'deploy/shop/a.yaml': text },
});

const titles = ({ objects }: DiffReport) =>
  objects.map(({ change, kind, name, clusters }) => `${change} ${kind} ${name} in ${clusters.join(' ')}`);

const only = (fleet: Fleet): State => ({ fleet });

describe.skipIf(!hasTools)(`what differs in the clusters, ${withTools}`, { timeout: 300_000 }, () => {
  it('is each field once, with all clusters in which it differs, and the image apart', async () => {
    const after = twoClusters({ a: app('6.9.3') }, { prod: { a: { replicas: 3 } } });
    const report = await diffOf(only(twoClusters({ a: app() })), only(after));
    const image = { path: 'spec.template.spec.containers[a].image', change: 'changed' };
    expect(report).toMatchObject({ headline: 'Change a', different: true, dangers: [], withheld: [], notices: [] });
    expect(report.objects).toMatchObject([
      { name: 'a', clusters: ['dev', 'prod'], fields: [image], effects: [{ effect: 'restarts pods' }] },
      { name: 'a', clusters: ['prod'], fields: [{ path: 'spec.replicas', before: 1, after: 3 }], effects: [] },
    ]);
    const name = 'ghcr.io/stefanprodan/podinfo';
    expect(report.images).toEqual([
      { image: name, from: `${name}:6.9.2`, to: `${name}:6.9.3`, app: 'a', clusters: ['dev', 'prod'] },
    ]);
    expect(await diffOf(only(after), only(after))).toMatchObject({ headline: 'No object differs', different: false });
  });

  it('has what Flux deletes with an app, and that its data is gone', async () => {
    const both = twoClusters({ a: app(), b: app() });
    const report = await diffOf(only(both), only(twoClusters({ a: app(), b: app() }, { prod: { a: {} } })));
    expect(report.headline).toBe('Remove b from prod');
    expect(titles(report)).toEqual([
      'removed Kustomization b in prod',
      'removed Namespace b in prod',
      'removed Deployment b in prod',
      'removed Service b in prod',
    ]);
    expect(report.objects.flatMap(({ effects }) => effects)).toEqual(Array(4).fill({ effect: 'deleted' }));
    expect(report.dangers).toEqual([
      { kind: 'data deleted', subject: 'Namespace b', problem: 'is deleted with everything in it', clusters: ['prod'] },
    ]);
    const gone = defineFleet({ clusters: { dev: kind() }, apps: both.apps, runs: { dev: both.runs['dev']! } });
    expect((await diffOf(only(both), only(gone))).dangers).toMatchObject([
      { kind: 'cluster removed', subject: 'Cluster prod', clusters: ['prod'] },
    ]);
  });

  it('has what stays in the cluster without an owner, and why', async () => {
    const kept = map('kept').replace(
      'name: kept',
      'name: kept\n  annotations: { kustomize.toolkit.fluxcd.io/prune: disabled }',
    );
    const report = await diffOf(shop(`${map('one')}---\n${kept}`), shop(map('one')));
    expect(report.objects).toMatchObject([
      {
        change: 'removed',
        name: 'kept',
        effects: [{ effect: 'orphaned', why: '`kustomize.toolkit.fluxcd.io/prune: disabled`' }],
      },
    ]);
    expect(report.dangers).toMatchObject([
      { kind: 'orphaned', subject: 'ConfigMap shop/kept', clusters: ['dev', 'prod'] },
    ]);
    const patched = (spec: object) => twoClusters({ a: app(), b: app() }, { dev: { a: {}, b: spec } });
    const suspend = (manifests: string) => {
      const file = join(manifests, 'clusters/dev/b.yaml');
      writeFileSync(
        file,
        JSON.stringify({
          apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
          kind: 'Kustomization',
          metadata: { name: 'b', namespace: 'flux-system' },
          spec: {
            path: './apps/b/overlays/dev',
            suspend: true,
            prune: true,
            interval: '1m',
            sourceRef: { kind: 'GitRepository', name: 'flux-system' },
          },
        }),
      );
    };
    const suspended = await diffOf(
      { fleet: patched({}), change: suspend },
      { fleet: patched({ replicas: 2 }), change: suspend },
    );
    expect(suspended.dangers).toMatchObject([
      {
        kind: 'suspended',
        subject: 'Deployment b/b',
        problem: 'is not applied: its Flux Kustomization `b` is suspended',
      },
    ]);
  });

  it('has what cannot change in an object, with `force` as a new one, and else as a failure', async () => {
    const claim = (size: string) =>
      `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: data }\nspec: { resources: { requests: { storage: ${size} } } }\n`;
    const failing = await diffOf(shop(claim('2Gi')), shop(claim('1Gi')));
    expect(failing.dangers).toMatchObject([
      {
        kind: 'fails',
        problem: expect.stringMatching(
          /cannot be applied: `spec\.resources\.requests\.storage`.*`force: true` of shop/,
        ) as string,
      },
    ]);
    const forced = await diffOf(shop(claim('2Gi'), { force: true }), shop(claim('1Gi'), { force: true }));
    expect(forced.dangers).toMatchObject([{ kind: 'data deleted', subject: 'PersistentVolumeClaim shop/data' }]);
  });

  it('knows an object with another hash behind its name, and two owners of one', async () => {
    const generated = (value: string): State => ({
      fleet: twoClusters({ shop: folder() }),
      files: { 'deploy/shop/kustomization.yaml': `configMapGenerator: [{ name: made, literals: [a=${value}] }]\n` },
    });
    const report = await diffOf(generated('1'), generated('2'));
    expect(report.objects).toMatchObject([
      {
        change: 'renamed',
        kind: 'ConfigMap',
        formerName: expect.stringMatching(/^made-/) as string,
        fields: [{ path: 'data.a' }],
      },
    ]);
    const role = object({ kind: 'ClusterRole', apiVersion: 'rbac.authorization.k8s.io/v1', name: 'reader' });
    const twice = await diffOf(only(twoClusters({ a: role })), only(twoClusters({ a: role, b: role })));
    expect(twice.dangers).toMatchObject([
      {
        kind: 'two owners',
        subject: 'ClusterRole reader',
        problem: 'is in a and b: both would apply it, each over the other',
        clusters: ['dev', 'prod'],
      },
    ]);
    const moved = await diffOf(only(twoClusters({ a: role, b: app() })), only(twoClusters({ c: role, b: app() })));
    expect(moved.dangers.map(({ kind, subject }) => `${kind}: ${subject}`)).toContain('moved: ClusterRole reader');
  });

  it('has what a chart makes of other values, without what changes with its version alone', async () => {
    const own = (size: number, version = '1.0.0'): State => ({
      fleet: twoClusters({ own: helmApp({ chart: gitChart('charts/own'), values: { size } }) }),
      files: chart(
        `${map('sized', '{ size: {{ .Values.size | quote }} }').replace('name: sized', 'name: sized\n  labels: { helm.sh/chart: "its-{{ .Chart.Version }}" }')}`,
        { 'charts/own/Chart.yaml': `apiVersion: v2\nname: its-name\nversion: ${version}\n` },
      ),
    });
    const sized = (await diffOf(own(1), own(2))).objects.filter(({ name }) => name === 'sized');
    expect(sized).toMatchObject([
      { chart: true, clusters: ['dev', 'prod'], fields: [{ path: 'data.size', before: '1', after: '2' }] },
    ]);
    const quiet = await diffOf(own(1), own(1, '1.0.1'));
    expect(quiet.objects.filter(({ name }) => name === 'sized')).toEqual([]);
    expect(quiet.notices).toMatchObject([expect.stringContaining('helm.sh/chart')]);
    const all = await diffOf(own(1), own(1, '1.0.1'), { noise: true });
    expect(all.objects.filter(({ name }) => name === 'sized')).toHaveLength(1);
  });

  it('withholds an app that one side cannot build, and compares the others', async () => {
    const broken = (manifests: string) => rmSync(join(manifests, 'apps/a/base/service.yaml'));
    const before = { fleet: twoClusters({ a: app(), b: app() }), change: broken };
    const report = await diffOf(before, only(twoClusters({ a: app('6.9.3'), b: app('6.9.3') })));
    expect(titles(report)).toEqual(['changed Deployment b in dev prod']);
    expect(report.withheld).toMatchObject([
      { app: 'a', side: 'from', problem: expect.stringContaining('service.yaml') as string, clusters: ['dev', 'prod'] },
    ]);
  });

  it('compares two clusters of one commit, without their names', async () => {
    const report = await clustersDiffOf(only(twoClusters({ a: app() }, { prod: { a: { replicas: 2 } } })));
    expect(report).toMatchObject({ compares: 'clusters', headline: 'dev and prod differ in a', dangers: [] });
    expect(report.objects).toMatchObject([
      { name: 'a', kind: 'Deployment', fields: [{ path: 'spec.replicas', before: 1, after: 2 }] },
    ]);
  });

  it('says which keys of a Secret change, and nothing of any value, in no form', async () => {
    const secret = (ciphers: Readonly<Record<string, string>>): State => ({
      fleet: twoClusters({
        shop: folder({ secrets: Object.fromEntries(Object.keys(ciphers).map((key) => [key, inSecret()])) }),
      }),
      files: {
        'deploy/shop/a.yaml': map('one'),
        ...Object.fromEntries(
          ['dev', 'prod'].map((name) => [
            `secrets/${name}/shop.yaml`,
            [
              'apiVersion: v1\nkind: Secret\nmetadata: { name: shop, namespace: shop }\nstringData:',
              ...Object.entries(ciphers).map(([key, text]) => `  ${key}: ${cipherText(text)}`),
              `sops:\n  mac: ${cipherText(Object.values(ciphers).join('-'))}\n  age:\n    - recipient: age1one\n`,
            ].join('\n'),
          ]),
        ),
      },
    });
    const [before, after] = [
      secret({ same: 'c1', again: 'c2', other: 'c3' }),
      secret({ same: 'c1', again: 'c4', other: 'c5', more: 'c6' }),
    ];
    const values: Readonly<Record<string, string>> = {
      c1: 'alpha1',
      c2: 'beta22',
      c3: 'gamma3',
      c4: 'beta22',
      c5: 'delta4',
      c6: 'epsilon',
    };
    const decrypt = (_: object, text: string) => {
      const found = [...text.matchAll(/^ {2}(\w+): ENC\[AES256_GCM,data:([^,]*)/gm)];
      const stringData = Object.fromEntries(
        found.map(([, key, data]) => [key, values[Buffer.from(data!, 'base64').toString()]]),
      );
      return Promise.resolve({ stringData });
    };
    const of = (report: DiffReport) => report.objects.find(({ kind }) => kind === 'Secret')!.fields;
    const report = await diffOf(before, after, { decrypt });
    expect(of(report)).toEqual([
      { path: 'data.more', change: 'added', hidden: 'value' },
      { path: 'data.other', change: 'changed', hidden: 'value' },
    ]);
    const locked = await diffOf(before, after);
    expect(of(locked)).toContainEqual({ path: 'data.again', change: 'changed', hidden: 'ciphertext' });
    expect(locked.notices.join()).toContain('no key here opens the secrets of shop in dev and shop in prod');
    for (const one of [report, locked])
      expect(JSON.stringify(one)).not.toMatch(/alpha1|beta22|gamma3|delta4|epsilon|ENC\[/);
  });
});
