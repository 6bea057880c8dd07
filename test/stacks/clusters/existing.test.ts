import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse, stringify } from 'yaml';

import {
  defineFleet,
  existing,
  type ExistingCluster,
  type ExistingClusterProps,
  gitServer,
  kind,
} from '../../../model';
// First, because it sets the fleet's folder.
import { type Asked, directory, run } from '../mocks';
import { repositoryRoot } from '../../../machine/paths';
import { clusterProvider, clusterTarget } from '../../../stacks/clusters';
import type { ClusterTarget } from '../../../stacks/clusters/provider';
import { forgetRecord, recordCluster } from '../../../stacks/clusters/record';
import { clusterStack } from '../../../stacks/clusters/stack';

const folder = mkdtempSync(join(tmpdir(), 'existing-'));
const fleetOf = (props: ExistingClusterProps) =>
  defineFleet({
    git: gitServer({ address: 'build.example.com', port: 2300 }),
    clusters: { prod: existing(props), dev: kind() },
    apps: {},
    runs: { prod: {}, dev: {} },
  });
const target = (props: ExistingClusterProps) => clusterTarget(fleetOf(props), 'prod') as ClusterTarget<ExistingCluster>;
const kubeconfig = (props: ExistingClusterProps) => clusterProvider(target(props).cluster).kubeconfig!(target(props));

/** Writes a kubeconfig with these contexts, each with a cluster and a user of its name. */
function written(name: string, contexts: readonly string[], user: object = { token: 'secret' }): string {
  const file = join(folder, name);
  const config = {
    'current-context': contexts[0],
    contexts: contexts.map((one) => ({
      name: one,
      context: { cluster: `k-${one}`, user: `u-${one}`, namespace: 'shop' },
    })),
    clusters: contexts.map((one) => ({
      name: `k-${one}`,
      cluster: { server: `https://${one}`, 'certificate-authority': 'ca' },
    })),
    users: contexts.map((one) => ({ name: `u-${one}`, user })),
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, stringify(config));
  return file;
}

const message = (props: ExistingClusterProps) => {
  try {
    return kubeconfig(props);
  } catch (error) {
    return (error as Error).message;
  }
};

afterEach(() => vi.unstubAllEnvs());

describe('the kubeconfig of an existing cluster', () => {
  it('has its context alone, under a name that no other fleet or file has, and paths from the root', () => {
    const file = written('two', ['prod', 'stage']);
    const own = 'existing-cluster-prod';
    expect(parse(kubeconfig({ kubeconfig: file, context: 'stage' }))).toEqual({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': own,
      clusters: [{ name: own, cluster: { server: 'https://stage', 'certificate-authority': join(folder, 'ca') } }],
      users: [{ name: own, user: { token: 'secret' } }],
      contexts: [{ name: own, context: { cluster: own, user: own, namespace: 'shop' } }],
    });
  });

  it('keeps the program that gives credentials, as a path from the root where it is one', () => {
    const exec = (command: string) => ({
      exec: { apiVersion: 'client.authentication.k8s.io/v1', command, args: ['x'] },
    });
    const user = (command: string) =>
      (parse(kubeconfig({ kubeconfig: written('exec', ['prod'], exec(command)) })) as { users: { user: object }[] })
        .users[0]!.user;
    expect(user('aws')).toEqual(exec('aws'));
    expect(user('./bin/login')).toEqual(exec(join(folder, 'bin/login')));
  });

  it('leaves each value as it is written', () => {
    const file = written('quoted', ['prod'], {});
    writeFileSync(
      file,
      `contexts: [{name: prod, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: https://prod, insecure-skip-tls-verify: true}}]
users: [{name: u, user: {token: "0123"}}]
`,
    );
    const { clusters, users } = parse(kubeconfig({ kubeconfig: file })) as Record<string, object[]>;
    expect(clusters![0]).toMatchObject({ cluster: { 'insecure-skip-tls-verify': true } });
    expect(users![0]).toMatchObject({ user: { token: '0123' } });
  });

  it('is in the files of KUBECONFIG, or in the home, or beside fleet.ts; the first file that has something counts', () => {
    const server = (props: ExistingClusterProps) =>
      (parse(kubeconfig(props)) as { clusters: { cluster: { server: string } }[] }).clusters[0]!.cluster.server;
    vi.stubEnv('KUBECONFIG', [join(folder, 'none'), written('a', ['prod']), written('b', ['stage'])].join(':'));
    expect(server({ context: 'stage' })).toBe('https://stage');
    vi.stubEnv('KUBECONFIG', join(directory, 'kubeconfig', 'prod'));
    vi.stubEnv('HOME', folder);
    mkdirSync(join(folder, '.kube'), { recursive: true });
    written('.kube/config', ['home']);
    expect(server({})).toBe('https://home');
    expect(server({ kubeconfig: '~/.kube/config' })).toBe('https://home');
    expect(message({ kubeconfig: 'none/config' })).toContain(`there is no kubeconfig at ${repositoryRoot}/none/config`);
  });

  it('is of the service account in a pod', () => {
    expect(message({ inCluster: true })).toMatch(/^clusters\.prod\.inCluster: this program does not run in a cluster/);
    vi.stubEnv('KUBERNETES_SERVICE_HOST', 'fd00::1');
    vi.stubEnv('KUBERNETES_SERVICE_PORT', '6443');
    const account = '/var/run/secrets/kubernetes.io/serviceaccount';
    expect(parse(kubeconfig({ inCluster: true }))).toMatchObject({
      clusters: [{ cluster: { server: 'https://[fd00::1]:6443', 'certificate-authority': `${account}/ca.crt` } }],
      users: [{ user: { tokenFile: `${account}/token` } }],
    });
  });

  it.each([
    {
      what: 'has another context',
      contexts: ['a', 'b'],
      props: { context: 'c' },
      problem: /^clusters\.prod\.context: \S+ has no context `c`\.\n {2}Set it to one of `a`, `b`\.$/,
    },
    {
      what: 'has several, and none is set',
      contexts: ['a', 'b'],
      props: {},
      problem: /^clusters\.prod\.context: \S+ has several contexts.*\n {2}Set it to one of `a`, `b`/,
    },
    {
      what: 'has none',
      contexts: [],
      props: {},
      problem: /^clusters\.prod\.context: \S+ has no context\.\n {2}Set `kubeconfig`/,
    },
  ])('is refused where the file $what', ({ contexts, props, problem }) => {
    expect(message({ kubeconfig: written('refused', contexts), ...props })).toMatch(problem);
  });

  it('is refused where the file is not a kubeconfig, or lacks the cluster of the context', () => {
    const file = join(folder, 'broken');
    writeFileSync(file, 'just text');
    expect(message({ kubeconfig: file })).toMatch(/broken: it is not a kubeconfig: no mapping at the top/);
    writeFileSync(file, 'contexts: [{name: prod, context: {cluster: gone}}]');
    expect(message({ kubeconfig: file })).toMatch(
      /broken: its context `prod` names the cluster `gone`, which is missing/,
    );
  });
});

describe("an existing cluster's stack", () => {
  let asked: Asked[];
  const inputs = (name: string) => asked.find((resource) => resource.name === name)?.inputs as Record<string, unknown>;
  const start = (props: ExistingClusterProps) =>
    run('prod', async () => (await clusterStack(clusterTarget(fleetOf(props), 'prod'))).kubeconfig);

  beforeAll(async () => {
    recordCluster('prod', { uid: 'uid-of-prod', adopted: ['flux'] });
    writeFileSync(join(directory, 'existing', 'prod.yaml'), 'the kubeconfig of prod');
    asked = await start({});
  });

  it('puts Flux into the cluster that was found, and makes none', () => {
    expect(inputs('kubernetes')).toMatchObject({ clusterIdentifier: 'uid-of-prod' });
    expect(asked.map(({ type }) => type)).not.toContain('command:local:Command');
    expect(asked.map(({ name }) => name)).toEqual(expect.arrayContaining(['kustomize-controller', 'sops-age', 'root']));
  });

  it('marks the namespace of Flux as of this fleet and clone, with what was there before', () => {
    expect((inputs('flux-system')['metadata'] as { annotations: object }).annotations).toEqual({
      'flux-fleet': 'flux-fleet',
      'flux-fleet.clone': expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      'flux-fleet.directory': directory,
      'flux-fleet.adopted': 'flux',
    });
  });

  it("reads the git server by its address, with its host key for that; and reaches none of this machine's containers", () => {
    const names = asked.map(({ name }) => name);
    expect(inputs('repository')['spec']).toMatchObject({
      url: 'ssh://git@build.example.com:2300/git-server/repos/infra',
    });
    const { value } = inputs('deploy-key')['data'] as { value: Record<string, string> };
    expect(Buffer.from(value['known_hosts']!, 'base64').toString()).toContain('[build.example.com]:2300 ssh-ed25519');
    expect(names).not.toContain('receiver');
    expect(names).not.toContain('alerts');
  });

  it('is refused where nobody has looked at the cluster', async () => {
    forgetRecord('prod');
    await expect(clusterStack(clusterTarget(fleetOf({}), 'prod'))).rejects.toThrow(
      /^cluster prod: somebody else made it.*\n {2}Run `npm run up`/,
    );
  });
});
