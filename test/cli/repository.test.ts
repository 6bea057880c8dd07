import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { defineFleet, hosted, type HostedProps, kind, webApp } from '../../model';
import { fleet, fleetFile, machine } from './command-line';
import { createWorld, type World } from './world';

let world: World;
const app = { image: 'ghcr.io/stefanprodan/podinfo', tag: '6.9.2', port: 9898 };
/** A fleet on GitHub. */
function on(props: Partial<HostedProps> = {}, changes: Partial<typeof app> = {}): void {
  fleetFile.load = () =>
    defineFleet({
      git: hosted({ url: 'git@github.com:org/fleet.git', ...props }),
      clusters: { dev: kind(), prod: kind() },
      apps: { 'app-a': webApp({ ...app, ...changes }) },
      runs: { dev: { 'app-a': {} }, prod: { 'app-a': {} } },
    });
}
beforeEach(async () => {
  world = await createWorld();
  on();
});
afterEach(() => world.end());
afterAll(() => machine.remove());

const key = (name: string) =>
  readFileSync(world.local('keys', `${name}.pub`), 'utf8')
    .split(' ', 2)
    .join(' ');
const allow = () => rmSync(join(machine.folder, 'ssh-failure'));

describe('a hosted repository', () => {
  it('is refused by `up` before anything is made, with each key and the page that it is pasted into', async () => {
    world.remote.breakSsh('git@github.com: Permission denied (publickey).');
    const { stderr, exitCode } = await fleet(['up']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      'this clone may not read and write: git@github.com: Permission denied (publickey).\n  Add this key',
    );
    for (const [name, who] of Object.entries({
      user: 'this clone',
      'deploy-dev': 'cluster dev',
      'deploy-prod': 'cluster prod',
    }))
      expect(stderr).toContain(`\n    ${key(name)} flux-fleet ${who}\n`);
    expect(stderr).toContain(
      'Add this key at https://github.com/org/fleet/settings/keys/new, with “Allow write access”:',
    );
    expect(world.pulumi.operations).toEqual([]);
  });

  it('comes up, is tried once, and stays when everything else is removed', async () => {
    const { stdout, stderr, exitCode } = await fleet(['up']);
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(stdout).toContain('Repository: ssh://git@github.com/org/fleet.git\n');
    expect(world.remote.sshCalls.every((call) => call.includes('StrictHostKeyChecking=yes'))).toBe(true);
    expect(readFileSync(world.local('known_hosts-hosted'), 'utf8')).toMatch(/^github\.com ssh-ed25519 AAAAC3Nz/);
    const tries = () => world.remote.sshCalls.filter((call) => call.includes('deploy-dev')).length;
    expect(tries()).toBe(1);
    await fleet(['up']);
    expect(tries()).toBe(1);
    const commits = await world.remote.git('rev-list', '--all');
    const down = await fleet(['down', '--all']);
    expect(down.stdout).toContain(
      'The commits stay at ssh://git@github.com/org/fleet.git, in branch main: somebody else',
    );
    expect(await world.remote.git('rev-list', '--all')).toBe(commits);
  });

  it('takes a pull request in place of a push, and ends without waiting for it', async () => {
    await fleet(['up']);
    const tip = await world.remote.git('rev-parse', 'main');
    on({}, { tag: '6.9.3' });
    const { stdout, exitCode } = await fleet(['push', '--pull-request']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /proposed [0-9a-f]{12}: Change app-a, in branch (fleet\/\w+)\. .* https:\/\/github\.com\/org\/fleet\/compare\/main\.\.\.\1\?expand=1, /,
    );
    expect(await world.remote.git('rev-parse', 'main')).toBe(tip);
    on({ pullRequest: true }, { tag: '6.9.3' });
    expect((await fleet(['publish'])).stdout).toMatch(/^proposed /);
  });
});

describe('fleet repository', () => {
  it('tries each key, and prints the same for programs', async () => {
    expect((await fleet(['repository'])).stdout).toBe(
      'Hosted repository: ssh://git@github.com/org/fleet.git, branch main\n\nthis clone: reads and writes\n' +
        '\ncluster dev: reads\n\ncluster prod: reads\n',
    );
    world.remote.breakSsh('ERROR: Repository not found.');
    const { stdout, exitCode } = await fleet(['repository', '--json']);
    expect(exitCode).toBe(1);
    const { credentials } = JSON.parse(stdout) as { credentials: object[] };
    expect(credentials[1]).toMatchObject({
      who: 'cluster dev',
      writes: false,
      works: false,
      publicKey: `${key('deploy-dev')} flux-fleet cluster dev`,
      where: 'https://github.com/org/fleet/settings/keys/new',
    });
    allow();
  });

  it('tells once what has nothing to do with who asks', async () => {
    world.remote.breakSsh('ssh: Could not resolve hostname github.com: Name or service not known');
    const { stderr } = await fleet(['up']);
    expect(stderr.match(/Fix `url` in `hosted\(\{ … \}\)`/g)).toHaveLength(1);
  });

  it('has nothing to do for a server of the fleet itself', async () => {
    await world.end();
    world = await createWorld();
    expect((await fleet(['repository'])).stdout).toContain('nothing is to be done');
    expect((await fleet(['repository', 'token'], 'secret')).stderr).toContain('needs no token');
    expect(existsSync(world.local('keys', 'repository-token'))).toBe(false);
  });
});

describe('fleet repository token', () => {
  beforeEach(() => on({ url: 'https://git.invalid/org/fleet.git', username: 'robot' }));

  it('keeps the token in a private file, which git and no process around it reads', async () => {
    expect((await fleet(['up'])).stderr).toContain('this clone has no token');
    const { stderr } = await fleet(['repository', 'token'], 'top-secret\n');
    expect(stderr).toContain('the server cannot be reached');
    const file = world.local('keys', 'repository-token');
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['top-secret', 0o600]);
    const { stdout } = await fleet(['env']);
    expect(stdout).not.toContain('top-secret');
    const [, helper] = /GIT_CONFIG_VALUE_1='(!f\(\) .*; f)'$/m.exec(stdout)!;
    writeFileSync(join(machine.folder, 'helper'), helper!.replaceAll(`'\\''`, "'").slice(1).replace(/; f$/, '; f get'));
    const { execa } = await import('execa');
    expect((await execa('sh', [join(machine.folder, 'helper')])).stdout).toBe('username=robot\npassword=top-secret');
  });

  it('refuses what is no token', async () => {
    for (const input of ['', ' \n', 'two words\n'])
      expect((await fleet(['repository', 'token'], input)).stderr).toContain('standard input: it has no token');
  });
});
