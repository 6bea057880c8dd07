import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { FleetError, kindClusterLabel, ownerLabels } from '../../model';
import { fleet, fleetFile, machine } from './command-line';
import { appWithSecrets, createWorld, twoClusters, type World } from './world';

let world: World;
beforeEach(async () => (world = await createWorld()));
afterEach(() => world.end());
afterAll(() => machine.remove());

describe('fleet publish', () => {
  it('generates manifests/ and pushes it as one commit, over SSH with the pinned host key', async () => {
    const { stdout, exitCode } = await fleet(['publish']);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^published [0-9a-f]{12}: Publish the fleet\n$/);
    expect(await world.remote.files()).toContain('clusters/dev/app-a.yaml');
    expect(world.remote.sshCalls[0]).toContain('StrictHostKeyChecking=yes');
    expect(world.remote.sshCalls[0]).toContain(world.local('known_hosts'));
  });

  it('refuses the fleet of another clone', async () => {
    const another = { fleet: 'flux-fleet', clone: 'c0ffee', directory: '/home/someone/infra/.fleet' };
    machine.docker.volume('flux-fleet-owner', ownerLabels(another));
    expect((await fleet(['publish'])).stderr).toContain('it belongs to another clone, in /home/someone/infra.');
    await expect(world.remote.git('rev-parse', '--verify', 'main')).rejects.toThrow();
  });

  it('refuses a cluster that is down and that an earlier version brought up, unless it is gone', async () => {
    await world.clusters.dev.up(world.local('kubeconfig', 'dev'));
    await world.clusters.dev.api.stop();
    await world.remote.pushByHand({ 'clusters/dev/app-a.yaml': 'spec: {}\n' });
    machine.docker.container('cluster-dev-control-plane', { labels: { [kindClusterLabel]: 'cluster-dev' } });
    const message = /^cluster dev: it does not answer/;
    expect((await fleet(['publish'])).stderr).toMatch(message);

    machine.docker.remove('containers', 'cluster-dev-control-plane');
    expect((await fleet(['publish'])).stderr).not.toMatch(message);
  });

  it('pushes nothing the second time', async () => {
    await fleet(['publish']);
    expect((await fleet(['publish'])).stdout).toMatch(/^nothing to publish: [0-9a-f]{12}/);
    expect(await world.remote.git('rev-list', '--count', 'main')).toBe('1');
  });

  it('refuses to undo what somebody else pushed, until it is told which commit', async () => {
    await fleet(['publish']);
    const file = 'apps/app-a/base/deployment.yaml';
    const text = await world.remote.git('show', `main:${file}`);
    const commit = await world.remote.pushByHand({ [file]: `${text}\n# by hand\n` });

    const refused = await fleet(['publish']);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toMatch(/apps\/app-a\/base\/deployment\.yaml\n[\s\S]*Ada: Change by hand[\s\S]*--over/);
    expect((await fleet(['publish', '--diff'])).stdout).toContain('-# by hand');

    expect((await fleet(['publish', '--over', commit])).exitCode).toBe(0);
    expect(await world.remote.git('show', `main:${file}`)).toBe(text);
  });

  it('refuses an encrypted file that was changed since it was signed, and `up` does before it makes anything', async () => {
    const { port } = fleetFile.load().git;
    fleetFile.load = () => twoClusters(port!, { app: appWithSecrets });
    for (const cluster of ['dev', 'prod']) await fleet(['secrets', 'set', cluster, 'app-a', 'API_KEY'], 'value');
    await fleet(['secrets', 'generate']);
    const file = join(machine.folder, 'clone/secrets/dev/app-a.yaml');
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(/^ +SESSION: .*$/m, (line) => line.replace('data:', 'data:AA')),
    );

    for (const command of ['publish', 'up']) {
      const { stderr, exitCode } = await fleet([command]);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/secrets\/dev\/app-a\.yaml: sops decrypt failed: .*\n.*git checkout --ours/);
    }
    expect(world.pulumi.operations).toEqual([]);
    await expect(world.remote.git('rev-parse', '--verify', 'main')).rejects.toThrow();
  });

  it('says that the git server does not answer, and how to bring it up', async () => {
    world.remote.breakSsh('ssh: connect to host 127.0.0.1 port 2222: Connection refused');
    const { stderr, stdout, exitCode } = await fleet(['publish']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^ssh:\/\/git@127\.0\.0\.1:\d+\/.*Connection refused.*\n.*npm run up/);
    expect(stdout).toBe('');
  });

  it('says why the git server refuses the push, and keeps the commit out of the branch', async () => {
    mkdirSync(join(world.remote.url, 'hooks'), { recursive: true });
    writeFileSync(join(world.remote.url, 'hooks', 'pre-receive'), '#!/bin/sh\necho no plain text here >&2\nexit 1\n', {
      mode: 0o755,
    });
    const { stderr, exitCode } = await fleet(['publish']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('no plain text here');
    await expect(world.remote.git('rev-parse', '--verify', 'main')).rejects.toThrow();
  });

  it('commits as the user whom git knows, and else as the fleet', async () => {
    await fleet(['publish']);
    const author = () => world.remote.git('log', '-1', '--format=%an <%ae>', 'main');
    expect(await author()).toBe('flux-fleet <flux-fleet@localhost>');
    writeFileSync(join(machine.folder, 'home', '.gitconfig'), '[user]\nname = Ada\nemail = ada@example.org\n');
    const commit = await world.remote.pushByHand({ 'clusters/dev/app-a.yaml': 'x\n' });
    await fleet(['publish', '--over', commit]);
    expect(await author()).toBe('Ada <ada@example.org>');
  });
});

describe('fleet synth', () => {
  it('writes manifests/ and says how many files it has', async () => {
    const { stdout } = await fleet(['synth']);
    expect(stdout).toMatch(/manifests\/ .*\d+ files/);
    expect(existsSync(join(machine.folder, 'clone/manifests/clusters/dev/app-a.yaml'))).toBe(true);
  });

  it('checks that manifests/ is what fleet.ts says, and writes nothing', async () => {
    const check = () => fleet(['synth', '--check']);
    expect((await check()).stderr).toContain('it is not what fleet.ts says: apps/app-a/base/');
    expect(existsSync(join(machine.folder, 'clone/manifests'))).toBe(false);
    await fleet(['synth']);
    expect(await check()).toEqual({ stdout: '', stderr: '', exitCode: 0 });
    writeFileSync(join(machine.folder, 'clone/manifests/by-hand.yaml'), '');
    expect(await check()).toMatchObject({
      stderr: expect.stringContaining('it is not what fleet.ts says: by-hand.yaml.\n  Run `npm run synth`') as string,
      exitCode: 1,
    });
  });

  it('leaves manifests/ as it was when fleet.ts has a mistake', async () => {
    await fleet(['synth']);
    fleetFile.load = () => {
      throw new FleetError({ place: 'clusters', problem: 'there is none', next: 'Add one' });
    };
    expect(await fleet(['synth'])).toEqual({
      stdout: '',
      stderr: 'clusters: there is none.\n  Add one.\n',
      exitCode: 1,
    });
    expect(existsSync(join(machine.folder, 'clone/manifests/clusters/dev/app-a.yaml'))).toBe(true);
  });
});
