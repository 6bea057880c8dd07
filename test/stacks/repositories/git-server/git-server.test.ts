import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';

import { defineFleet, type GitServer, kind } from '../../../../model';
// First, because it sets the fleet's folder.
import { type Asked, directory, run } from '../../mocks';
import { thisOwner } from '../../../../machine/clone';
import { provide } from '../../../../stacks/repositories/git-server/program';
import type { FleetWith } from '../../../../stacks/repositories/provider';
import { sshKey } from '../../../../stacks/keys';

const fleet = defineFleet({
  name: 'spec',
  git: { type: 'git-server', port: 2345 },
  clusters: { dev: kind(), prod: kind() },
  apps: {},
  runs: { dev: {}, prod: {} },
});
interface Upload {
  readonly file: string;
  readonly content: string;
  readonly permissions: string;
}
/** How Pulumi's protocol marks a secret. */
const secretSignature = '4dabf18193072939515e22adb298388d';
let asked: Asked[];
let outputs: Record<string, unknown>;
const inputs = (type: string) => asked.find((resource) => resource.type === type)?.inputs as Record<string, unknown>;
const container = (name = 'spec-gitserver') =>
  asked.find((resource) => resource.name === name)?.inputs as Record<string, unknown>;
/** The files put into the container: the list is a secret as soon as one of them is. */
const uploads = () => container()['uploads'] as { [secretSignature]: string; value: Upload[] };
const upload = (name: string) => uploads().value.find(({ file }) => file.endsWith(name))!;

beforeAll(async () => {
  asked = await run('git-server', () => {
    outputs = provide(fleet as FleetWith<GitServer>);
    return outputs['hostUrl'];
  });
});

describe("the git server's stack", () => {
  it('marks the network, the volume and each container with the fleet and the clone', () => {
    const { clone } = thisOwner('spec', directory);
    const labels = [
      { label: 'flux-fleet', value: 'spec' },
      { label: 'flux-fleet.clone', value: clone },
      { label: 'flux-fleet.directory', value: directory },
    ];
    expect(container()).toMatchObject({ labels });
    expect(inputs('docker:index/network:Network')).toMatchObject({ name: 'spec', labels });
    expect(inputs('docker:index/volume:Volume')).toMatchObject({ name: 'spec-repositories', labels });
  });

  it('opens the server to this machine only, without any privilege', () => {
    expect(container()).toMatchObject({
      name: 'spec-gitserver',
      ports: [{ internal: 22, external: 2345, ip: '127.0.0.1' }],
      capabilities: { drops: ['ALL'] },
      volumes: [{ volumeName: 'spec-repositories', containerPath: '/git-server/repos' }],
    });
  });

  it('lets the user push and each cluster only fetch, each with its own key', () => {
    const publicKey = (name: string) =>
      readFileSync(join(directory, 'keys', `${name}.pub`), 'utf8')
        .split(' ')
        .slice(0, 2)
        .join(' ');
    expect(upload('authorized_keys').content).toBe(
      `restrict ${publicKey('user')} user\n` +
        `restrict,command="read-only dev" ${publicKey('deploy-dev')} dev\n` +
        `restrict,command="read-only prod" ${publicKey('deploy-prod')} prod\n`,
    );
  });

  it('pins the host key under both names of the server', () => {
    const hostKey = readFileSync(join(directory, 'keys', 'host.pub'), 'utf8')
      .split(' ')
      .slice(0, 2)
      .join(' ');
    expect(outputs['knownHosts']).toBe(`spec-gitserver ${hostKey}\n[127.0.0.1]:2345 ${hostKey}\n`);
    expect(readFileSync(join(directory, 'known_hosts'), 'utf8')).toBe(outputs['knownHosts']);
  });

  it('gives the private host key to the container as a secret, and keeps it from other users of the machine', () => {
    // With an owner, Docker looks for the image's user on this machine, and refuses where it has none of that name.
    const { content, ...rest } = upload('ssh_host_ed25519_key');
    expect(rest).toEqual({ file: '/git-server/keys/ssh_host_ed25519_key', permissions: '0444' });
    expect(content).toMatch(/^-----BEGIN OPENSSH PRIVATE KEY-----/);
    expect(uploads()[secretSignature]).toBe('1b47061264138c4ac30d75fd1eb44270');
    expect(statSync(join(directory, 'keys', 'host')).mode & 0o777).toBe(0o600);
  });

  it("gives it the secret address of each cluster's Receiver", () => {
    expect(upload('receivers').content).toMatch(
      /^dev http:\/\/spec-cluster-dev-control-plane:32292\/hook\/[0-9a-f]{64}\nprod http:\/\/spec-cluster-prod-control-plane:/,
    );
  });

  it("has a log of the clusters' failures, without any privilege either", () => {
    const log = container('spec-fleet-alerts');
    expect(log).toMatchObject({ entrypoints: ['alert-log'], capabilities: { drops: ['ALL'] } });
    expect(log).not.toHaveProperty('ports');
  });

  it('uses the same keys again', () => {
    const path = join(directory, 'keys', 'user');
    expect(sshKey(path)).toEqual(sshKey(path));
  });

  it('gives one key to all the processes that ask for a new one at once', async () => {
    const path = join(directory, 'keys', 'asked-for-by-all');
    const ask = `console.log(JSON.stringify(require('./stacks/keys').sshKey(${JSON.stringify(path)})))`;
    const asked = Array.from({ length: 4 }, () => execa('node', ['-r', './machine/typescript.cjs', '-e', ask]));
    const keys = new Set((await Promise.all(asked)).map(({ stdout }) => stdout));
    expect([...keys]).toEqual([JSON.stringify(sshKey(path))]);
    expect(execFileSync('ssh-keygen', ['-y', '-f', path], { encoding: 'utf8' })).toContain(sshKey(path).publicKey);
    expect(readdirSync(join(directory, 'keys')).filter((name) => name.startsWith('.part'))).toEqual([]);
  });

  it('makes the public half again where a killed process has left only the private one', () => {
    const path = join(directory, 'keys', 'user');
    const before = sshKey(path);
    rmSync(`${path}.pub`);
    expect(sshKey(path)).toEqual(before);
  });
});
