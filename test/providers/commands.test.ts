import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

// First, because it sets the fleet's folder.
import { fleet, fleetFile, machine } from '../cli/command-line';
import { hostFindings } from '../../machine/checks';
import { defineFleet, webApp } from '../../model';
import { machineNeeds } from '../../stacks/needs';
import { createWorld, type World } from '../cli/world';
import { FakeCluster } from '../fakes/kubernetes/cluster';
import { calls, folderRepository, registerFakes, staticCluster } from './fakes';

let world: World;
let edge: FakeCluster;
beforeAll(async () => {
  registerFakes();
  world = await createWorld();
  edge = new FakeCluster('edge', world.remote);
  fleetFile.load = () =>
    defineFleet({
      git: folderRepository(world.remote.url),
      clusters: { edge: staticCluster() },
      apps: { 'app-a': webApp({ image: 'ghcr.io/stefanprodan/podinfo', tag: '6.9.2', port: 9898 }) },
      runs: { edge: { 'app-a': {} } },
    });
  world.pulumi.effects.set('up edge', async () => {
    await edge.up(world.local('kubeconfig', 'edge'));
    edge.api.writeKubeconfig(world.local('kubeconfig', 'edge'), 'static-edge');
  });
});
beforeEach(() => void calls.splice(0));
afterAll(async () => {
  await edge.api.stop();
  machine.remove();
});

// One story: each test goes on from the one before.
describe('a fleet of types that only this test has', () => {
  it('is brought up, published and shown', async () => {
    const { stdout, exitCode } = await fleet(['up']);

    expect(exitCode).toBe(0);
    expect(world.pulumi.operations.splice(0).sort()).toEqual(['up edge', 'up git-server']);
    expect([...calls].sort()).toEqual(['prepare', 'start edge', 'start the repository']);
    const commit = (await world.remote.git('rev-parse', 'main')).slice(0, 12);
    expect(stdout).toMatch(/✔ Folder\n/);
    expect(stdout).toMatch(new RegExp(`^edge +app-a +ready +${commit} +\\d+s +1/1 +app-a:1$`, 'm'));
    expect(stdout).toContain(`Repository: ${world.remote.url}\n`);
    expect(stdout).toContain('kubectl --context static-edge get pods');
  });

  it('has its kubeconfig, environment and findings of this machine', async () => {
    expect((await fleet(['kubeconfig'])).stdout).toContain('current-context: static-edge\n');
    expect((await fleet(['env'])).stdout).toMatch(
      new RegExp(`^export FLUX_FLEET_GIT_URL='${world.remote.url}'\nexport GIT_FOLDER='yes'$`, 'm'),
    );
    expect(await hostFindings(machineNeeds(fleetFile.load()))).toContainEqual(
      expect.objectContaining({ subject: 'cluster edge', detail: 'it answers' }),
    );
  });

  it('is taken down; the cluster and the commits stay, and that is shown', async () => {
    const { stdout, exitCode } = await fleet(['down']);

    expect(exitCode).toBe(0);
    expect(world.pulumi.operations.splice(0)).toEqual(['destroy edge', 'destroy git-server']);
    expect(calls).toEqual(['clean up']);
    expect(stdout).toContain(`Kept: the commits, in ${world.remote.url}, and`);
    expect(stdout).toContain('Cluster edge stays: somebody else made it.\n');
  });

  it('is taken down with its commits', async () => {
    expect((await fleet(['down', '--all'])).exitCode).toBe(0);
    expect(calls).toEqual(['clean up', 'remove data']);
  });
});
