import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// First, because it sets the fleet's folder.
import { fleet, fleetFile, machine } from './command-line';
import { thisOwner } from '../../machine/clone';
import { defineFleet, existing, gitServer, type Owner, ownerLabels, webApp } from '../../model';
import { FakeCluster } from '../fakes/kubernetes/cluster';
import { fluxKustomization, gitRepository } from '../fakes/kubernetes/flux';
import { createWorld, operationsOf, type World } from './world';

let world: World;
let prod: FakeCluster;
const namespace = (owner: Owner) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'flux-system', annotations: ownerLabels(owner) },
});
const self = () => thisOwner('flux-fleet', world.local());

beforeAll(async () => {
  world = await createWorld();
  const { port } = fleetFile.load().git as { port: number };
  prod = new FakeCluster('prod', world.remote);
  await prod.api.start();
  prod.api.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid: 'uid-1' } });
  const kubeconfig = prod.api.writeKubeconfig(join(machine.folder, 'their-kubeconfig'), 'admin@prod');
  fleetFile.load = () =>
    defineFleet({
      git: gitServer({ port, address: 'build.example.com' }),
      clusters: { prod: existing({ kubeconfig, context: 'admin@prod' }) },
      apps: { 'app-a': webApp({ image: 'ghcr.io/stefanprodan/podinfo', tag: '6.9.2', port: 9898 }) },
      runs: { prod: { 'app-a': {} } },
    });
  world.pulumi.effects.set('up prod', () => {
    prod.api.put(namespace(self()), gitRepository(undefined), fluxKustomization('flux-system', undefined));
    prod.api.writeKubeconfig(world.local('kubeconfig', 'prod'), 'existing-cluster-prod');
    const metadata = { name: 'flux-system' };
    world.pulumi.deployment('prod').resources = [
      {
        urn: 'urn:pulumi:prod::flux-fleet::flux-fleet:cluster:Flux$kubernetes:core/v1:Namespace::flux-system',
        type: 'kubernetes:core/v1:Namespace',
        inputs: { apiVersion: 'v1', kind: 'Namespace', metadata },
      },
    ];
  });
});
afterAll(async () => {
  await prod.api.stop();
  await world.end();
  machine.remove();
});

const operations = () => world.pulumi.operations.splice(0);
const find = (name: string) =>
  prod.api.store.find({ apiVersion: 'v1', kind: 'Namespace', name: 'namespaces', namespaced: false, object: name });

// One story: each test goes on from the one before.
describe('a cluster that somebody else made', () => {
  it('is refused before anything is changed where it has a Flux of others', async () => {
    prod.api.put(namespace({ ...self(), clone: 'another', directory: '/home/ada/infra/.fleet' }));
    const { stderr, exitCode } = await fleet(['up']);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining('cluster prod: it belongs to the fleet flux-fleet of the clone in /home/ada/infra'),
    ]);
    expect(operations()).toEqual([]);
    expect(existsSync(world.local('existing', 'prod.json'))).toBe(false);
  });

  it('is taken over by its name, brought up and shown', async () => {
    const { stdout, exitCode } = await fleet(['up', '--adopt', 'prod']);
    expect(exitCode).toBe(0);
    expect(operations().sort()).toEqual(['up git-server', 'up prod']);
    expect(stdout).toContain('took over what is in cluster prod');
    expect(stdout).toMatch(/^prod +app-a +ready /m);
    expect(stdout).toContain('kubectl --context existing-cluster-prod get pods');
  });

  it('is brought up anew where another cluster has taken its place', async () => {
    prod.api.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid: 'uid-2' } });
    expect((await fleet(['up'])).exitCode).toBe(0);
    expect(operationsOf('prod', operations())).toEqual(['remove prod', 'up prod']);
    expect(readFileSync(world.local('existing', 'prod.json'), 'utf8')).toContain('uid-2');
    expect(readFileSync(world.local('existing', 'prod.yaml'), 'utf8')).toContain('existing-cluster-prod');
  });

  it('loses Flux only when that is allowed', async () => {
    const { stderr, exitCode } = await fleet(['down']);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(/flux\/prod: Flux and its keys;[\s\S]*`--allow-delete flux\/prod`/),
    ]);
    expect(operations()).toEqual([]);
    expect(find('flux-system')).toBeDefined();
  });

  it('is left with its Flux where that is wanted, and can be brought up again', async () => {
    expect((await fleet(['down', '--leave', 'stage'])).stderr).toContain('Use prod');
    const { stdout, exitCode } = await fleet(['down', '--leave', 'prod']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('left as it is, with Flux in it');
    expect(operations()).toEqual(['remove prod', 'destroy git-server']);
    expect(find('flux-system')).toBeDefined();
    expect(existsSync(world.local('kubeconfig', 'prod'))).toBe(false);
    expect((await fleet(['up'])).exitCode).toBe(0);
    operations();
  });

  it('is told not to answer when it does not, and is kept in mind', async () => {
    prod.api.fail({ answer: 'cut' });
    const { stderr, exitCode } = await fleet(['down', '--allow-delete', 'flux/prod']);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(/^cluster prod: it does not answer .*so Flux cannot be removed from it/m),
    ]);
    expect(existsSync(world.local('existing', 'prod.json'))).toBe(true);
    prod.api.heal();
    operations();
  });

  it('loses Flux and nothing else when the fleet is taken down', async () => {
    const { stdout, exitCode } = await fleet(['down', '--allow-delete', 'flux/prod']);
    expect(exitCode).toBe(0);
    expect(find('flux-system')).toBeUndefined();
    expect(find('kube-system')).toBeDefined();
    expect(operations()).toEqual(['remove prod', 'destroy git-server']);
    expect(stdout).toContain(
      'Cluster prod stays, because somebody else made it, and so does what Flux has applied there: app-a.',
    );
    expect(existsSync(world.local('existing', 'prod.json'))).toBe(false);
  });

  it('loses Flux when fleet.ts no longer has it, and only when that is allowed', async () => {
    expect((await fleet(['up'])).exitCode).toBe(0);
    operations();
    const { git, apps } = fleetFile.load();
    const { api } = new FakeCluster('stage', world.remote);
    await api.start();
    api.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid: 'uid-3' } });
    const kubeconfig = api.writeKubeconfig(join(machine.folder, 'stage-kubeconfig'));
    world.pulumi.effects.set('up stage', () => {
      api.put(gitRepository(undefined), fluxKustomization('flux-system', undefined));
      api.writeKubeconfig(world.local('kubeconfig', 'stage'));
    });
    fleetFile.load = () =>
      defineFleet({ git, apps, clusters: { stage: existing({ kubeconfig }) }, runs: { stage: {} } });

    const { stderr } = await fleet(['up']);
    expect(stderr).toMatch(/flux\/prod: Flux[\s\S]*`--allow-delete flux\/prod`/);
    expect(operations()).toEqual([]);
    expect((await fleet(['up', '--allow-delete', 'flux/prod'])).exitCode).toBe(0);
    expect(operationsOf('prod', operations())).toEqual(['remove prod', 'remove prod']);
    expect(find('flux-system')).toBeUndefined();
    await api.stop();
  });
});
