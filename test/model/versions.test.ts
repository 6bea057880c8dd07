import { describe, expect, it } from 'vitest';
import { manifests } from '../../constructs/manifests';
import { defineFleet, gitChart, helmApp, helmChart, kind, kustomizeApp, ociChart, type Versions } from '../../model';
import { site } from '../manifests/site';
import { app, problems } from './problems';

const thing = helmChart({ repository: 'https://charts.example.com', name: 'thing', version: '1.0.0' });
const apps = {
  web: app,
  folder: kustomizeApp({ folder: 'deploy/x' }),
  chart: helmApp({ chart: thing }),
  oci: helmApp({ chart: ociChart({ url: 'oci://example.com/charts/thing', version: '1.0.0' }) }),
  git: helmApp({ chart: gitChart('charts/thing') }),
};
const fleet = (versions: Versions, web: object = {}) =>
  defineFleet({
    clusters: { dev: kind(), prod: kind() },
    apps,
    versions,
    runs: { dev: { web }, prod: { web: { replicas: 2 }, folder: {}, chart: {}, oci: {}, git: {} } },
  });

describe('the versions of a cluster', () => {
  it('are what it overrides, beside what it overrides otherwise', () => {
    const { runs } = fleet({ prod: { web: { tag: '2.0.0' }, folder: { tags: { 'ghcr.io/x/y': '3' } } } });
    expect(runs['prod']).toMatchObject({
      web: { replicas: 2, tag: '2.0.0' },
      folder: { tags: { 'ghcr.io/x/y': '3' } },
    });
    expect(runs['dev']).toEqual({ web: {} });
  });

  it('are in the overlay of the cluster, and nowhere else', () => {
    const root = site({ 'deploy/x/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n' });
    const { web, chart, oci } = apps;
    const all = { web: {}, chart: {}, oci: {} };
    const runs = { dev: all, prod: all };
    const clusters = { dev: kind(), prod: kind() };
    const versions = { prod: { chart: { version: '2.0.0' }, oci: { version: '3.0.0' }, web: { tag: '4.0.0' } } };
    const [before, after] = [{}, versions].map((each) => {
      const files = manifests(defineFleet({ clusters, apps: { web, chart, oci }, versions: each, runs }), root);
      return new Map([...files].map(([path, content]) => [path, JSON.stringify(content)]));
    });
    const changed = [...after!].filter(([path, text]) => before!.get(path) !== text).map(([path]) => path);
    expect(changed.filter((path) => !path.includes('/overlays/prod/'))).toEqual([]);
    const texts = (name: string) =>
      changed
        .filter((path) => path.startsWith(`apps/${name}/`))
        .map((path) => after!.get(path))
        .join('\n');
    expect(texts('chart')).toContain('"version":"2.0.0"');
    expect(texts('oci')).toContain('"tag":"3.0.0"');
    expect(texts('web')).toContain('"newTag":"4.0.0"');
  });

  it('of images are beside their names in another registry, as one change', () => {
    const root = site({ 'deploy/x/a.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {image: a.io/x}\n' });
    const changed = defineFleet({
      clusters: { prod: kind() },
      apps: { folder: apps.folder },
      versions: { prod: { folder: { tags: { 'a.io/x': '2' } } } },
      runs: { prod: { folder: { images: { 'a.io/x': { name: 'mirror.io/x' } } } } },
    });
    const file = JSON.stringify(new Map(manifests(changed, root)).get('apps/folder/overlays/prod/kustomization.yaml'));
    expect(file).toContain('"images":[{"name":"a.io/x","newName":"mirror.io/x","newTag":"2"}]');
  });

  it.each<[string, { versions: unknown; web?: object }, string]>([
    [
      'of a cluster that there is not',
      { versions: { test: { web: { tag: '1' } } } },
      'versions.test.web: test does not run web',
    ],
    [
      'of an app that it does not run',
      { versions: { dev: { chart: { version: '1.0.0' } } } },
      'versions.dev.chart: dev does not run chart',
    ],
    [
      'that are also set in `runs`',
      { versions: { dev: { web: { tag: '2' } } }, web: { tag: '1' } },
      'versions.dev.web.tag: it is also set in `runs.dev.web`',
    ],
    [
      'of a chart in Git',
      { versions: { prod: { git: { version: '1.0.0' } } } },
      'runs.prod.git.version: a chart in Git has one version, that of its folder',
    ],
    ['that are none', { versions: { dev: { web: { tag: 'a b' } } } }, 'versions.dev.web.tag: invalid image tag: `a b`'],
    [
      'of another kind of app',
      { versions: { prod: { chart: { tag: '1' } } } },
      'runs.prod.chart.tag: unknown property',
    ],
  ])('%s are refused', (_, { versions, web }, problem) => {
    expect(problems(() => fleet(versions as Versions, web))).toContainEqual(expect.stringContaining(problem));
  });
});
