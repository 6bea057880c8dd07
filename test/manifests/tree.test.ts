import { describe, expect, it } from 'vitest';
import { manifests } from '../../constructs/manifests';
import { render } from '../../constructs/synth';
import { defineFleet, env, kind, type WebApp, webApp } from '../../model';
import { beside, everything } from './fleets';
import { schemaErrors } from './schemas';
import { encrypted, site } from './site';

const root = site(beside);
const tree = manifests(everything(), root);
/** Everything that a cluster gets: no kustomization.yaml, and no patch, which is a part of an object. */
const objects = [...tree].filter(
  (file): file is [string, object] => !/(\/kustomization|-patch)\.yaml$/.test(file[0]) && typeof file[1] === 'object',
);

describe('what Flux reads', () => {
  it('is a tree of clusters, bases and overlays', () => {
    expect([...tree.keys()]).toMatchSnapshot();
  });

  it('has exactly one overlay for each Flux Kustomization', () => {
    const overlays = [...tree.keys()].filter((path) => /overlays\/[^/]+\/kustomization/.test(path));
    const paths = objects
      .filter(([path]) => path.startsWith('clusters/'))
      .map(([, object]) => (object as { spec: { path: string } }).spec.path);
    expect(paths.map((path) => `${path.slice(2)}/kustomization.yaml`).sort()).toEqual(overlays);
  });

  it('has only files that a kustomization.yaml lists, and lists only files that exist', () => {
    for (const [path, file] of tree) {
      if (!path.endsWith('/kustomization.yaml') || typeof file === 'string') continue;
      const folder = path.slice(0, -'kustomization.yaml'.length);
      const { resources, patches = [] } = file as { resources: string[]; patches?: { path: string }[] };
      const below = [...tree.keys()].filter((each) => each.startsWith(folder) && each !== path);
      const here = new Set(below.map((each) => each.slice(folder.length).split('/')[0]!));
      const named = [...resources.filter((each) => !each.startsWith('..')), ...patches.map((patch) => patch.path)];
      expect([...here].sort(), path).toEqual(named.sort());
    }
  });

  it("has no name of Flux's own objects, and no substitution", () => {
    for (const [path, object] of objects) {
      const { kind, metadata } = object as { kind: string; metadata: { name: string; namespace?: string } };
      expect(metadata.name, path).not.toBe('flux-system');
      if (metadata.namespace === 'flux-system')
        expect(kind, path).toMatch(/^(ConfigMap|Kustomization|Helm.*|OCIRepository|Alert|Provider|ServiceAccount)$/);
    }
    expect([...render(everything(), root).values()].join()).not.toContain('postBuild');
  });

  it('decrypts from the start: a first secret changes no Flux Kustomization', () => {
    const props = { image: 'i', tag: '1', port: 80 };
    const of = (app: WebApp<never>) =>
      manifests(
        defineFleet({ clusters: { dev: kind() }, apps: { a: app }, runs: { dev: { a: {} } } }),
        site({ 'secrets/dev/a.yaml': encrypted('a', ['KEY']) }),
      ).get('clusters/dev/a.yaml');
    expect(of(webApp(props))).toHaveProperty('spec.decryption');
    expect(of(webApp({ ...props, secrets: { KEY: env() } }))).toEqual(of(webApp(props)));
  });

  it('applies a commit only after the Flux Kustomization that changes its specification', () => {
    const ofFlux = objects.filter(
      ([, object]) =>
        (object as { apiVersion?: string }).apiVersion?.startsWith('kustomize.toolkit.fluxcd.io/') &&
        (object as { spec: { sourceRef: { name: string } } }).spec.sourceRef.name === 'flux-system',
    );
    expect(ofFlux.map(([path]) => path.split('/')[0])).toEqual(expect.arrayContaining(['clusters', 'tenants']));
    for (const [path, object] of ofFlux) {
      const [folder, name] = path.split('/');
      const { dependsOn } = (object as { spec: { dependsOn?: object[] } }).spec;
      expect(dependsOn, path).toContainEqual({ name: folder === 'clusters' ? 'flux-system' : name });
    }
  });

  it('contains no hash and no timestamp', () => {
    const text = [...render(everything(), root).values()].join('\n');
    expect(text).not.toMatch(/cdk8s/);
    expect(text).not.toMatch(/name: .*-[0-9a-f]{8}\b/);
    expect(text).not.toMatch(/\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d/);
  });
});

describe('every object', () => {
  it.each(objects)('%s conforms to the schema of its kind', (_, object) => {
    expect(schemaErrors(object)).toEqual([]);
  });

  const deployment = tree.get('apps/full/base/deployment.yaml') as object;
  const fluxKustomization = tree.get('clusters/dev/full.yaml') as object;

  const mutations: { of: object; from: string; to: string; error: string }[] = [
    { of: deployment, from: '"spec"', to: '"sepc"', error: '/sepc: unknown field' },
    { of: deployment, from: '"periodSeconds"', to: '"periodSecond"', error: '/periodSecond: unknown field' },
    { of: deployment, from: '"replicas":2', to: '"replicas":"2"', error: 'replicas' },
    { of: fluxKustomization, from: '"prune"', to: '"purge"', error: 'prune' },
    { of: fluxKustomization, from: '"wait"', to: '"await"', error: '/spec/await: unknown field' },
    { of: fluxKustomization, from: 'WaitForTermination', to: 'Wait', error: 'deletionPolicy' },
  ];
  it.each(mutations)('would not conform with $to instead of $from', ({ of, from, to, error }) => {
    const mutated = JSON.parse(JSON.stringify(of).replace(from, to)) as object;
    expect(mutated).not.toEqual(of);
    expect(schemaErrors(mutated).join('\n')).toContain(error);
  });
});
