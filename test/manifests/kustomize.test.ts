import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
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
afterAll(() => rmSync(scratch, { recursive: true }));

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
    const [container] = (deployment as unknown as { spec: { template: { spec: { containers: [Container] } } } }).spec.template.spec
      .containers;
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
    const template = { metadata: { annotations: { 'flux-fleet/secrets': expect.stringMatching(/^[0-9a-f]{16}$/) as string } } };
    expect(of('Deployment')).toMatchObject({ spec: { template } });
    expect(of('Deployment')).toMatchObject({
      spec: {
        template: {
          spec: {
            priorityClassName: 'high',
            volumes: [{ name: 'tmp' }, { secret: { secretName: 'full', items: [{ key: 'tls.key', path: 'tls.key' }] } }],
          },
        },
      },
    });
    expect(of('Secret')).toMatchObject({ metadata: { name: 'full', namespace: 'full' }, sops: {} });
  });

  it('every overlay and every cluster into objects that keep their schemas', () => {
    for (const folder of ['apps/bare/overlays/dev', 'apps/full/overlays/dev', 'apps/full/overlays/prod', 'clusters/dev']) {
      expect(build(folder).map(decrypted).flatMap(schemaErrors)).toEqual([]);
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
