import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { synthesise } from '../../constructs/synth';
import { beside, everything } from './fleets';
import { schemaErrors } from './schemas';
import { site } from './site';

const kubectl = hasKubectl();
const scratch = mkdtempSync(join(tmpdir(), 'kustomize-'));
afterAll(() => rmSync(scratch, { recursive: true, maxRetries: 9 }));

describe.skipIf(!kubectl)(`kustomize builds${kubectl ? '' : ' (skipped: there is no kubectl on the PATH)'}`, () => {
  synthesise(everything(), scratch, site(beside));

  it('an overlay into the base with what differs', () => {
    const [deployment] = build('apps/full/overlays/prod').filter(({ kind }) => kind === 'Deployment');
    expect(deployment).toMatchObject({
      spec: {
        replicas: 3,
        template: { spec: { containers: [{ image: 'registry.example.com:5000/podinfo:7.0' }] } },
      },
    });
    const [container] = (deployment as unknown as { spec: { template: { spec: { containers: [Container] } } } }).spec
      .template.spec.containers;
    expect(Object.fromEntries(container.env.map(({ name, value }) => [name, value]))).toEqual({
      API_KEY: undefined,
      B: '0x1F',
      C: 'a: ${b} # "c"\nd',
      D: 'null',
    });
    expect(container.resources).toEqual({
      requests: { cpu: '0.1', memory: '128Mi' },
      limits: { cpu: '1', memory: '2Gi' },
    });
  });

  it("an overlay with the user's patches, its own hosts, and its pods bound to their secrets", () => {
    const objects = build('apps/full/overlays/prod') as { kind: string; spec?: object; metadata: { name: string } }[];
    const of = (kind: string) => objects.find((object) => object.kind === kind);
    expect(of('Service')).toMatchObject({ spec: { type: 'ClusterIP' } });
    expect((of('Ingress')?.spec as { rules: object[] }).rules).toMatchObject([{ host: 'www.example.com' }]);
    const template = {
      metadata: { annotations: { 'flux-fleet/secrets': expect.stringMatching(/^[0-9a-f]{16}$/) as string } },
    };
    expect(of('Deployment')).toMatchObject({ spec: { template } });
    expect(of('Deployment')).toMatchObject({
      spec: {
        template: {
          spec: {
            priorityClassName: 'high',
            volumes: [
              { name: 'tmp' },
              { secret: { secretName: 'full', items: [{ key: 'tls.key', path: 'tls.key' }] } },
            ],
          },
        },
      },
    });
    expect(of('Secret')).toMatchObject({ metadata: { name: 'full', namespace: 'full' }, sops: {} });
  });

  it('a release into its values with what differs, and no value of a secret', () => {
    const release = (cluster: string, app: string) =>
      build(`apps/${app}/overlays/${cluster}`).find(({ kind }) => kind === 'HelmRelease');
    expect(release('dev', 'repository-release')).toMatchObject({
      spec: { interval: '50s', values: { replicas: 1, nested: { a: 1, b: true, c: [1, 2] } } },
    });
    expect(release('prod', 'repository-release')).toMatchObject({
      spec: { interval: '5m', values: { replicas: 3, nested: { a: 1, c: [3] } } },
    });
    expect(JSON.stringify(release('prod', 'repository-release'))).not.toContain('"b"');
    const valuesFrom = [
      { kind: 'Secret', name: 'git-release-values', valuesKey: 'message', targetPath: 'message', literal: true },
    ];
    const target = { group: 'apps', kind: 'Deployment' };
    const patches = expect.arrayContaining([expect.objectContaining({ target })]) as object[];
    expect(release('dev', 'git-release')).toMatchObject({
      spec: { values: { replicas: 2 }, valuesFrom, postRenderers: [{ kustomize: { patches } }] },
    });
  });

  it("a folder of the user's into objects of the app's namespace, whose pods are bound to their secrets", () => {
    const objects = build('apps/folder/overlays/dev') as { kind: string; metadata: object }[];
    const named = objects.map(({ kind, metadata }) => ({ kind, ...metadata }));
    expect(named).toMatchObject([
      { kind: 'Namespace', name: 'folder' },
      { kind: 'ConfigMap', name: 'the-config', namespace: 'folder' },
      { kind: 'Secret', name: 'folder', namespace: 'folder' },
      { kind: 'Deployment', name: 'the-cache', namespace: 'folder' },
    ]);
    const annotations = { 'flux-fleet/secrets': expect.stringMatching(/^[0-9a-f]{16}$/) as string };
    expect(objects[3]).toMatchObject({ spec: { template: { metadata: { annotations } } } });
  });

  it("a construct of the user's with the tags, the numbers of pods and the patches of a cluster", () => {
    const objects = build('apps/construct/overlays/prod');
    expect(objects).toMatchObject([
      { kind: 'Namespace', metadata: { name: 'construct' } },
      {
        kind: 'Deployment',
        spec: { replicas: 2, template: { spec: { containers: [{ image: 'registry.example.com/own:2.0' }] } } },
      },
      { kind: 'Widget', metadata: { name: 'second', namespace: 'construct' }, spec: { size: 2 } },
    ]);
  });

  it("a tenant's quota with what differs in a cluster, in each of its namespaces", () => {
    const quotas = build('tenants/team-b/overlays/dev').filter(({ kind }) => kind === 'ResourceQuota');
    expect(quotas).toMatchObject([
      { metadata: { namespace: 'team-b-1' }, spec: { hard: { pods: '5', services: '2', 'requests.cpu': '2' } } },
      { metadata: { namespace: 'team-b-2' }, spec: { hard: { pods: '5', services: '2', 'requests.cpu': '2' } } },
    ]);
  });

  it('every overlay and every cluster into objects that conform to their schemas', () => {
    for (const folder of [...overlaysUnder('apps'), ...overlaysUnder('tenants'), 'clusters/dev', 'clusters/prod']) {
      expect(build(folder).map(decrypted).flatMap(schemaErrors), folder).toEqual([]);
    }
  });

  it('a cluster that runs nothing into nothing', () => {
    expect(build('clusters/empty')).toEqual([]);
  });
});

/** An object as it is once it is decrypted. */
function decrypted(object: { kind: string }): object {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== 'sops'));
}

interface Container {
  readonly env: { name: string; value: string }[];
  readonly resources: object;
}

/** Every overlay of what is under a folder. */
function overlaysUnder(folder: string): string[] {
  return readdirSync(join(scratch, folder)).flatMap((name) => {
    const overlays = join(folder, name, 'overlays');
    return existsSync(join(scratch, overlays))
      ? readdirSync(join(scratch, overlays)).map((each) => join(overlays, each))
      : [];
  });
}

function build(folder: string): { kind: string }[] {
  const text = execFileSync('kubectl', ['kustomize', join(scratch, folder)], { encoding: 'utf8' });
  return parseAllDocuments(text).flatMap((document) => (document.toJS() as { kind: string } | null) ?? []);
}

function hasKubectl(): boolean {
  try {
    execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
