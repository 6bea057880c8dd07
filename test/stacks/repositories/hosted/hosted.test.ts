import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import * as pulumi from '@pulumi/pulumi';
import { afterEach, describe, expect, it } from 'vitest';

import { alertWebhook, defineFleet, existing, type Hosted, hosted, type HostedProps, kind } from '../../../../model';
// First, because it sets the fleet's folder.
import { directory, run } from '../../mocks';
import { clusterTarget } from '../../../../stacks/clusters';
import { fluxSource } from '../../../../stacks/flux/source';
import { accessWith, knownHosts, ofClone, ofCluster } from '../../../../stacks/repositories/hosted/credentials';
import { repositoryCredentials } from '../../../../stacks/repositories/hosted/needed';
import { provide, source } from '../../../../stacks/repositories/hosted/program';
import { hostedProvider, localNames } from '../../../../stacks/repositories/hosted/provider';
import type { FleetWith } from '../../../../stacks/repositories/provider';
import { writePrivateFile } from '../../../../machine/files';

const ssh = 'git@github.com:org/fleet.git';
const https = 'https://git.example.com:8443/org/fleet.git';
const fleetOn = (props: HostedProps, clusters: object = { dev: kind() }) =>
  defineFleet({
    name: 'spec',
    git: hosted(props),
    clusters: clusters as { dev: ReturnType<typeof kind> },
    apps: {},
    runs: { dev: {} },
  }) as FleetWith<Hosted>;
const local = (...path: string[]) => join(directory, ...path);
const token = (name: string, text: string) => writePrivateFile(local('keys', name), text);
const types = async (fleet: FleetWith<Hosted>) =>
  (await run('git-server', () => Promise.resolve(provide(fleet).hostUrl))).map(({ type }) => type.split(':').at(-1));

/** The objects by which Flux in the cluster dev reads the repository. */
async function objects(fleet: FleetWith<Hosted>) {
  const asked = await run('dev', () => {
    const keys = new pulumi.ComponentResource('x', 'keys', {});
    const layout = { branch: fleet.git.branch, folder: fleet.git.folder ?? '' };
    fluxSource({ cluster: 'dev', layout, ...source({ ...clusterTarget(fleet, 'dev'), fleet }) }, {}, keys);
    return 'done';
  });
  const inputs = (name: string) => asked.find((one) => one.name === name)?.inputs as Record<string, never> | undefined;
  const data = (inputs('deploy-key')?.['data'] as unknown as { value: Record<string, string> }).value;
  const text = (key: string) => Buffer.from(data[key]!, 'base64').toString();
  return { inputs, data, text };
}

afterEach(() => rmSync(local('keys'), { recursive: true, force: true }));

describe("a hosted repository's stack", () => {
  it('makes the network and the log of failures for clusters on this machine', async () => {
    expect((await types(fleetOn({ url: ssh }))).sort()).toEqual(['Container', 'Network', 'RemoteImage']);
  });

  it('makes nothing where all clusters are elsewhere', async () => {
    const fleet = fleetOn({ url: ssh }, { dev: existing() });
    expect(localNames(fleet)).toEqual({ containers: [], networks: [] });
    expect(await types(fleet)).not.toContain('Network');
  });

  it('makes no log where failures are posted elsewhere', () => {
    const fleet = { ...fleetOn({ url: ssh }), alerts: alertWebhook('https://alerts.example.com') };
    expect(localNames(fleet)).toEqual({ containers: [], networks: ['spec'] });
  });
});

describe('how Flux reads a hosted repository', () => {
  it('is by SSH with the key of the cluster and the published host keys', async () => {
    const { inputs, text, data } = await objects(fleetOn({ url: ssh, branch: 'live', folder: 'deploy' }));
    expect(inputs('repository')!['spec']).toEqual({
      url: 'ssh://git@github.com/org/fleet.git',
      ref: { branch: 'live' },
      secretRef: { name: 'flux-system' },
      interval: '50s',
      timeout: '60s',
    });
    expect(inputs('root')!['spec']).toMatchObject({ path: './deploy/clusters/dev' });
    expect(Object.keys(data).sort()).toEqual(['identity', 'identity.pub', 'known_hosts']);
    expect(text('identity')).toBe(readFileSync(local('keys', 'deploy-dev'), 'utf8'));
    expect(text('known_hosts').split('\n')[0]).toMatch(/^github\.com ssh-ed25519 /);
  });

  it('is by HTTPS with the token of the clusters, or that of this clone, and the given CA', async () => {
    writeFileSync(local('ca.pem'), 'a certificate\n');
    token('repository-token', 'writes');
    const fleet = fleetOn({ url: https, ca: local('ca.pem'), username: 'robot' });
    const { text, data } = await objects(fleet);
    expect(Object.keys(data).sort()).toEqual(['ca.crt', 'password', 'username']);
    expect([text('username'), text('password'), text('ca.crt')]).toEqual(['robot', 'writes', 'a certificate\n']);
    token('repository-token-clusters', 'reads');
    expect((await objects(fleet)).text('password')).toBe('reads');
  });

  it('is only commits that this clone or somebody in the list has signed, where that is asked for', async () => {
    const ada = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl ada';
    const { inputs } = await objects(fleetOn({ url: ssh, verify: [ada] }));
    expect(inputs('repository')!['spec']).toMatchObject({
      verify: { mode: 'HEAD', secretRef: { name: 'commit-authors' } },
    });
    const own = readFileSync(local('keys', 'signing.pub'), 'utf8').split(' ', 2).join(' ');
    expect(JSON.stringify(inputs('authors'))).toContain(`${own} this clone\\n${ada}\\n`);
  });
});

describe('how this clone reaches it', () => {
  it('is with one line of `known_hosts` for each key that fleet.ts gives, with its own port', () => {
    const url = 'ssh://git@git.example.com:2222/fleet.git';
    const [type, value] = ['ssh-ed25519', 'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl'];
    expect(knownHosts(hosted({ url, knownHosts: `${type} ${value}` }))).toBe(
      `[git.example.com]:2222 ${type} ${value}\n`,
    );
    writeFileSync(local('hosts'), `# ours\n[git.example.com]:2222 ${type} ${value}\n\n`);
    expect(knownHosts(hosted({ url, knownHosts: local('hosts') }))).toContain(
      `\n[git.example.com]:2222 ${type} ${value}\n`,
    );
    expect(() => knownHosts(hosted({ url, knownHosts: 'none' }))).toThrow(
      /git\.knownHosts: the file none cannot be read/,
    );
  });

  it('is with a key of RSA where nothing else is taken', () => {
    const azure = hosted({ url: 'git@ssh.dev.azure.com:v3/org/project/fleet' });
    expect(accessWith(azure, ofClone).environment['GIT_SSH_COMMAND']).toContain('keys/user-rsa');
    expect(readFileSync(local('keys', 'user-rsa.pub'), 'utf8')).toMatch(/^ssh-rsa /);
    expect(statSync(local('keys', 'user-rsa')).mode & 0o777).toBe(0o600);
  });

  it('is by HTTPS without the token in any variable', () => {
    token('repository-token', 'top-secret');
    const { environment } = accessWith(hosted({ url: https, ca: '/ca.pem' }), ofClone);
    expect(environment).toMatchObject({
      GIT_CONFIG_COUNT: '3',
      GIT_CONFIG_KEY_0: 'credential.https://git.example.com:8443.helper',
      GIT_CONFIG_VALUE_0: '',
      GIT_CONFIG_KEY_2: 'http.https://git.example.com:8443/.sslCAInfo',
      GIT_CONFIG_VALUE_2: '/ca.pem',
    });
    expect(JSON.stringify(environment)).not.toContain('top-secret');
  });
});

describe('what its server is told', () => {
  it('is a key for this clone and one for each cluster, in the words of the host', () => {
    const credentials = repositoryCredentials(fleetOn({ url: ssh }));
    expect(credentials.map(({ who, writes }) => [who, writes])).toEqual([
      ['this clone', true],
      ['cluster dev', false],
    ]);
    expect(credentials[1]!.next).toMatch(
      /^Add this key at https:\/\/github\.com\/org\/fleet\/settings\/keys\/new, without “Allow write access”:\n {4}ssh-ed25519 \S+ flux-fleet cluster dev\n/,
    );
    expect(ofCluster('dev').key).toBe('keys/deploy-dev');
  });

  it('is a token by HTTPS, and another one for the clusters only where there is one', () => {
    const fleet = fleetOn({ url: https });
    expect(repositoryCredentials(fleet)).toEqual([expect.objectContaining({ who: 'this clone', isMissing: true })]);
    token('repository-token', 'x');
    token('repository-token-clusters', 'y');
    expect(repositoryCredentials(fleet).map(({ who, isMissing }) => [who, isMissing])).toEqual([
      ['this clone', false],
      ['the clusters', false],
    ]);
  });

  it('ends with where the commits stay', () => {
    const fleet = fleetOn({ url: ssh });
    expect(hostedProvider.stays!(fleet)).toContain('at ssh://git@github.com/org/fleet.git, in branch main');
    expect(hostedProvider.endpoint(fleet)).toEqual({ host: 'github.com', port: 22, isSsh: true });
    expect(hostedProvider.endpoint(fleetOn({ url: https }))).toEqual({
      host: 'git.example.com',
      port: 8443,
      isSsh: false,
    });
  });
});
