import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { defineFleet, type Fleet, gitServer, kind, ownerLabels, webApp } from '../../model';
import { fleet, fleetFile, machine } from './command-line';
import { buildsInTurn } from './built-in-turn';
import { createWorld, type World } from './world';

let world: World;
beforeEach(async () => (world = await createWorld()));
afterEach(() => world.end());
afterAll(() => machine.remove());

const podinfo = { image: 'ghcr.io/stefanprodan/podinfo', tag: '6.9.2', port: 9898 };

/** Two clusters that run apps of these names. */
function running(names: readonly string[], clusters: readonly string[] = ['dev', 'prod']): Fleet {
  const all = Object.fromEntries(names.map((name) => [name, {}]));
  return defineFleet({
    git: gitServer({ port: fleetFile.load().git.port! }),
    clusters: Object.fromEntries(clusters.map((name) => [name, kind()])),
    apps: Object.fromEntries(names.map((name) => [name, webApp(podinfo)])),
    runs: Object.fromEntries(clusters.map((name) => [name, all])),
  });
}

/** From now on `fleet.ts` has this. */
function edit(next: Fleet): void {
  fleetFile.load = () => next;
}

const count = () => world.remote.git('rev-list', '--count', 'main');

describe('fleet push', () => {
  it('refuses before `up`, naming each cluster that does not exist yet', async () => {
    const { stderr, exitCode } = await fleet(['push']);
    expect(stderr).toMatch(/^clusters\.dev: the cluster does not exist yet\.\n {2}Run `npm run up`.*\nclusters\.prod:/);
    expect(exitCode).toBe(1);
    await expect(world.remote.git('rev-parse', '--verify', 'main')).rejects.toThrow();
  });

  it('shows and pushes what fleet.ts changes, without Pulumi, and waits for every cluster', async () => {
    await fleet(['up']);
    world.pulumi.operations.splice(0);
    edit(running(['app-a', 'app-b']));
    machine.builder('kustomize', buildsInTurn);

    const dry = await fleet(['push', '--dry-run']);
    expect(dry.stderr).toBe('');
    expect(dry.stdout).toMatch(/^Add app-b to dev, add app-b to prod\n[\s\S]*\nnot pushed: Add app-b to dev/);
    expect(await count()).toBe('1');

    const { stdout, exitCode } = await fleet(['push', '--message', 'Bring app-b']);
    expect(stdout).toMatch(/published [0-9a-f]{12}: Bring app-b\n/);
    expect(stdout).toMatch(/dev: ready \d+\.\d s after the push/);
    expect(stdout).toMatch(/prod: ready \d+\.\d s after the push/);
    expect(exitCode).toBe(0);
    expect(await world.remote.git('log', '-1', '--format=%s', 'main')).toBe('Bring app-b');
    expect(world.pulumi.operations).toEqual([]);
    expect((await fleet(['push', '--no-wait'])).stdout).toMatch(/^nothing to publish/);
  });

  it('deletes a namespace, and drops the folder of a cluster, only when that is allowed', async () => {
    edit(running(['app-a', 'app-b']));
    await fleet(['up']);
    edit(running(['app-a']));
    const refused = await fleet(['push']);
    expect(refused.stderr).toContain('namespace/app-b@dev');
    expect(refused.exitCode).toBe(1);
    edit(running(['app-a', 'app-b'], ['dev']));
    expect((await fleet(['push'])).stderr).toMatch(/cluster\/prod: the commit removes its folder/);
    expect(await count()).toBe('1');
    const allowed = await fleet(['push', '--no-wait', '--allow-delete', 'cluster/prod']);
    expect(allowed.exitCode).toBe(0);
    expect(await count()).toBe('2');
  });

  it('says that `up` is needed for what only it changes', async () => {
    let program = 'as-in-fleet.ts';
    world.pulumi.declared = (stack) => (stack === 'dev' ? program : stack);
    await fleet(['up']);
    program = 'with-another-worker';
    const { stdout } = await fleet(['push']);
    expect(stdout).toMatch(/Run `npm run up` too: fleet\.ts also changes the cluster dev\./);
  });

  it('refuses the fleet of another clone', async () => {
    await fleet(['up']);
    const another = { fleet: 'flux-fleet', clone: 'c0ffee', directory: '/home/someone/infra/.fleet' };
    machine.docker.remove('volumes', 'flux-fleet-owner');
    machine.docker.volume('flux-fleet-owner', ownerLabels(another));
    expect((await fleet(['push'])).stderr).toContain('it belongs to another clone, in /home/someone/infra.');
  });
});
