import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { defineFleet, kind, type KindCluster } from '../../../model';
// First, because it sets the fleet's folder.
import { type Asked, directory, run } from '../mocks';
import { clusterProviders, clusterTarget } from '../../../stacks/clusters';
import { generation, kindConfig } from '../../../stacks/clusters/kind/generation';
import { provide } from '../../../stacks/clusters/kind/program';
import { kindProvider } from '../../../stacks/clusters/kind/provider';
import type { ClusterProvider } from '../../../stacks/clusters/provider';
import { clusterStack } from '../../../stacks/clusters/stack';
import { readManifest } from '../../../stacks/flux/manifest';

const fleet = defineFleet({ name: 'spec', clusters: { dev: kind({ workers: 1 }) }, apps: {}, runs: { dev: {} } });
/** How Pulumi's protocol marks a secret. */
const [secretSignature, secretMark] = ['4dabf18193072939515e22adb298388d', '1b47061264138c4ac30d75fd1eb44270'];
interface ControllerInputs {
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { readonly args: string[] }[] } };
  };
}
let asked: Asked[];
const inputs = (name: string) => asked.find((resource) => resource.name === name)?.inputs as Record<string, unknown>;

const specOf = (kind: string) =>
  (asked.find(({ type }) => type.endsWith(`:${kind}`))?.inputs as { spec: unknown } | undefined)?.spec;

beforeAll(async () => {
  const provider: ClusterProvider<KindCluster> = {
    ...kindProvider,
    program: () => Promise.resolve({ provide: (target) => provide(target, () => undefined) }),
  };
  clusterProviders.register('kind', provider);
  asked = await run('dev', async () => (await clusterStack(clusterTarget(fleet, 'dev'))).kubeconfig);
});

describe("a cluster's stack", () => {
  it('creates a kind cluster on the network of the fleet', () => {
    expect(inputs('kind')['environment']).toMatchObject({
      CLUSTER: 'spec-cluster-dev',
      IMAGE: 'kindest/node:v1.36.3',
      KIND_EXPERIMENTAL_DOCKER_NETWORK: 'spec',
    });
    expect(inputs('kind')['logging']).toBe('none');
  });

  it('checks that every node reaches the git server', () => {
    expect(inputs('reach')['environment']).toEqual({
      NODES: 'spec-cluster-dev-control-plane spec-cluster-dev-worker',
      HOST: 'spec-gitserver',
      PORT: '22',
    });
  });

  it('creates a new cluster with everything in it when the mark of the old one is missing', () => {
    const { GENERATION } = inputs('kind')['environment'] as Record<string, string>;
    expect(inputs('kind')['triggers']).toEqual([GENERATION]);
    expect(inputs('kubernetes')['clusterIdentifier']).toBe(GENERATION);
  });

  it("installs each object of Flux's own manifest", () => {
    const components = asked.filter(({ type }) => /:(Namespace|CustomResourceDefinition|Deployment)$/.test(type));
    expect(components.map(({ type, name }) => `${type.split(':').at(-1)} ${name}`).sort()).toEqual([
      'CustomResourceDefinition gitrepositories.source.toolkit.fluxcd.io',
      'Deployment kustomize-controller',
      'Namespace flux-system',
    ]);
  });

  it('locks Flux down: no reference to another namespace, no remote base, and by default no rights at all', () => {
    const { containers } = (inputs('kustomize-controller') as unknown as ControllerInputs).spec.template.spec;
    expect(containers[0]?.args).toEqual(
      expect.arrayContaining([
        '--log-level=info',
        '--no-cross-namespace-refs=true',
        '--no-remote-bases=true',
        '--default-service-account=default',
      ]),
    );
    expect(inputs('root')['spec']).toMatchObject({ serviceAccountName: 'kustomize-controller' });
  });

  it('lets the git server announce a push to Flux, with a token for this cluster only', () => {
    expect(specOf('Receiver')).toMatchObject({ type: 'generic', secretRef: { name: 'receiver-token' } });
    expect(JSON.stringify(inputs('receiver-token'))).toContain(
      readFileSync(join(directory, 'keys', 'receiver-dev'), 'utf8'),
    );
    expect(specOf('Service')).toMatchObject({
      type: 'NodePort',
      ports: [{ targetPort: 'http-webhook', nodePort: 32292 }],
    });
  });

  it('posts every failure to the log of alerts, with the name of the cluster', () => {
    expect(specOf('Provider')).toEqual({ type: 'generic', address: 'http://spec-fleet-alerts:8080/' });
    expect(specOf('Alert')).toMatchObject({ eventSeverity: 'error', eventMetadata: { cluster: 'dev' } });
  });

  it("gives Flux the repository, with the server's pinned host key and the cluster's own key", () => {
    expect(inputs('repository')['spec']).toMatchObject({
      url: 'ssh://git@spec-gitserver/git-server/repos/infra',
      ref: { branch: 'main' },
      secretRef: { name: 'flux-system' },
    });
    const { data } = inputs('deploy-key') as { data: { value: Record<string, string> } };
    const known = Buffer.from(data.value['known_hosts']!, 'base64').toString();
    const hostKey = readFileSync(join(directory, 'keys', 'host.pub'), 'utf8')
      .split(' ', 2)
      .join(' ');
    expect(known).toContain(`spec-gitserver ${hostKey}`);
    expect(JSON.stringify(data)).toContain(secretSignature);
  });

  it('gives Flux the age key of the cluster, as a secret, before anything is reconciled', () => {
    const file = readFileSync(join(directory, 'keys', 'age-dev.agekey'), 'utf8');
    const { metadata, stringData } = inputs('sops-age');
    expect(metadata).toMatchObject({ name: 'sops-age', namespace: 'flux-system' });
    expect(stringData).toEqual({ [secretSignature]: secretMark, value: { 'age.agekey': file } });
    expect(statSync(join(directory, 'keys', 'age-dev.agekey')).mode & 0o777).toBe(0o600);
    const order = asked.map(({ name }) => name);
    expect(order.indexOf('sops-age')).toBeLessThan(order.indexOf('root'));
  });

  it('makes Flux reconcile the folder of the cluster, and prune', () => {
    expect(inputs('root')['spec']).toMatchObject({ path: './clusters/dev', prune: true });
  });

  it('writes the kubeconfig for kubectl', () => {
    expect(readFileSync(join(directory, 'kubeconfig', 'dev'), 'utf8')).toBe('standard output');
  });
});

describe('the generation of a cluster', () => {
  const settings = { image: 'a' };

  it('is that of the existing cluster when the settings are the same', () => {
    const first = generation('dev', settings, () => undefined);
    expect(generation('dev', settings, () => first)).toBe(first);
  });

  it('is a new one when there is no cluster, or its settings differ', () => {
    const first = generation('dev', settings, () => undefined);
    expect(generation('dev', settings, () => undefined)).not.toBe(first);
    expect(generation('dev', { image: 'b' }, () => first)).not.toBe(first);
  });
});

describe('the configuration of a kind cluster', () => {
  it('has the workers, and the ports on the control plane, on this machine only', () => {
    expect(kindConfig(kind({ workers: 2, ports: { 8080: 30080 } }))).toMatchObject({
      nodes: [
        {
          role: 'control-plane',
          extraPortMappings: [{ hostPort: 8080, containerPort: 30080, listenAddress: '127.0.0.1' }],
        },
        { role: 'worker' },
        { role: 'worker' },
      ],
    });
  });
});

describe("Flux's install manifest", () => {
  it('is refused when it has a kind that Flux does not have, or nothing', () => {
    const file = join(directory, 'odd.yaml');
    writeFileSync(file, 'kind: Pod\nmetadata: {name: a}\n');
    expect(() => readManifest(file)).toThrow(`${file}: it has a Pod, which no manifest of Flux has`);
    writeFileSync(file, '');
    expect(() => readManifest(file)).toThrow(`${file}: it has no object`);
  });
});
