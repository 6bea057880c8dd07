import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { fluxKustomization, gitRepository } from '../fakes/kubernetes/flux';
import { publishedUnits } from '../../operate/published-units';
import { generationMark, kind, kindClusterLabel, ownerLabels, ownerMark } from '../../model';
import { fleet, fleetFile, machine } from './command-line';
import { repositoryCopy } from '../../cli/repository-copy';
import { thisOwner } from '../../machine/clone';
import { appWithSecrets, createWorld, operationsOf, twoClusters, type World } from './world';

let world: World;
beforeEach(async () => (world = await createWorld()));
afterEach(() => world.end());
afterAll(() => machine.remove());

const operations = () => world.pulumi.operations.splice(0);
const status = (container: string) =>
  machine.docker.state.containers.find(({ Name }) => Name === `/${container}`)?.State.Status;

describe('fleet up', () => {
  it('brings up the git server, publishes, brings up the clusters, and shows what runs where', async () => {
    const { stdout, exitCode } = await fleet(['up']);

    expect(exitCode).toBe(0);
    expect(operations().sort()).toEqual(['up dev', 'up git-server', 'up prod']);
    const commit = (await world.remote.git('rev-parse', 'main')).slice(0, 12);
    expect(stdout).toContain(`published ${commit}: Publish the fleet`);
    expect(stdout).toMatch(
      new RegExp(`dev +app-a +ready +${commit} .* 1/1 +app-a:1\nprod +app-a +ready +${commit} .* 1/1 +app-a:1\n`),
    );
    expect(stdout).toContain('kubectl --context kind-cluster-dev get pods');
  });

  it('shows what a cluster had to correct', async () => {
    await fleet(['up']);
    const { api } = world.clusters.dev;
    const event = { apiVersion: 'v1', kind: 'Event', metadata: { name: 'e', namespace: 'flux-system' } };
    const involvedObject = { kind: 'Kustomization', name: 'app-a', namespace: 'flux-system' };
    const { onWrite } = api;
    api.onWrite = (object) => {
      api.put({ ...event, involvedObject, reason: 'Progressing', message: 'Namespace/app-a created' });
      onWrite(object);
    };

    const { stdout, exitCode } = await fleet(['up']);

    expect(exitCode).toBe(0);
    expect(stdout).toContain('Cluster dev: corrected Namespace/app-a created');
    expect(stdout).not.toContain('Cluster prod: corrected');
  });

  it('takes a commit of somebody else on top of its own as applied', async () => {
    await fleet(['up']);
    const published = await world.remote.git('rev-parse', 'main');
    const unitsAt = publishedUnits(repositoryCopy(fleetFile.load()), published);
    const newer = await world.remote.pushByHand({ 'README.md': 'x', 'clusters/dev/by-hand.yaml': 'x' });

    expect(await unitsAt('dev', published)).toEqual(['app-a']);
    expect(await unitsAt('dev', newer)).toEqual(['app-a', 'by-hand']);
    expect(await unitsAt('dev', '1'.repeat(40))).toBeUndefined();
    expect(await publishedUnits(repositoryCopy(fleetFile.load()), newer)('dev', published)).toBeUndefined();
  });

  it('goes on where an earlier run was killed: stale locks, unfinished operations, stopped containers', async () => {
    const dead = spawnSync('true').pid;
    await world.bringUpBefore('dev');
    world.pulumi.lock('git-server', dead);
    world.pulumi.deployment('dev').pending_operations = [{ type: 'creating' }];
    const owner = JSON.stringify(thisOwner('flux-fleet', world.local()));
    machine.docker.container('cluster-dev-control-plane', {
      labels: { [kindClusterLabel]: 'cluster-dev' },
      status: 'exited',
      Files: { [ownerMark]: owner },
    });

    expect((await fleet(['up'])).exitCode).toBe(0);

    const done = operations();
    expect(operationsOf('git-server', done)).toEqual(['cancel git-server', 'up git-server']);
    expect(operationsOf('dev', done)).toEqual(['refresh dev', 'up dev']);
    expect(status('cluster-dev-control-plane')).toBe('running');
  });

  it('removes a cluster that fleet.ts no longer has', async () => {
    await world.bringUpBefore('stage');

    const { stdout } = await fleet(['up']);

    expect(operations().slice(-2)).toEqual(['destroy stage', 'remove stage']);
    expect(stdout).toContain('Cluster stage');
    expect(existsSync(world.local('kubeconfig', 'stage'))).toBe(false);
  });
});

describe('fleet up that would delete data', () => {
  /** A cluster of this clone's, as Docker has it. */
  const addCluster = (name: string, Ports = '', generation = 'a-1') =>
    machine.docker.container(`${name}-control-plane`, {
      Ports,
      labels: { [kindClusterLabel]: name },
      Files: { [ownerMark]: JSON.stringify(thisOwner('flux-fleet', world.local())), [generationMark]: generation },
    });

  it('refuses to make a cluster again that has other settings, and says what it holds', async () => {
    await fleet(['up']);
    operations();
    world.clusters.dev.api.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    addCluster('cluster-dev');

    const { stderr, exitCode } = await fleet(['up']);

    expect([exitCode, operations()]).toEqual([1, []]);
    expect(stderr).toMatch(
      /- cluster\/dev: .*`workers`, its `ports` or the image.*; namespaces .*shop; volume claims none/,
    );
    expect(stderr).toContain('`--allow-delete cluster/dev`');
    expect((await fleet(['up', '--allow-delete', 'cluster/dev'])).exitCode).toBe(0);
    expect(operations()).toContain('up dev');
  });

  it.each(['prod', 'stage'])(
    'makes the cluster %s give up a port first that another one is to have',
    async (holder) => {
      const { port } = fleetFile.load().git;
      fleetFile.load = () => twoClusters(port!, { dev: kind({ ports: { 8080: 30080 } }) });
      await world.bringUpBefore('git-server', 'dev', holder);
      addCluster(`cluster-${holder}`, '127.0.0.1:8080->30080/tcp');
      expect((await fleet(['up'])).stderr).toContain(`- cluster/${holder}: `);
      expect(operations()).toEqual([]);

      await fleet(['up', '--allow-delete', `cluster/${holder}`]);

      const done = operations();
      expect(done[0]).toBe(`destroy ${holder}`);
      expect(done).toContain('up dev');
      expect(done.includes('up prod')).toBe(true);
    },
  );

  it('refuses a port that a cluster has which was taken over, and so stays as it is', async () => {
    const { port } = fleetFile.load().git;
    fleetFile.load = () => twoClusters(port!, { dev: kind({ ports: { 8080: 30080 } }) });
    addCluster('cluster-prod', '127.0.0.1:8080->30080/tcp', 'adopted');
    const { stderr } = await fleet(['up', '--allow-delete', 'cluster/prod']);
    expect(stderr).toMatch(/^clusters\.dev\.ports.*: port 8080 is one of cluster prod.*stays as it is/m);
    expect(operations()).toEqual([]);
  });

  it('refuses to remove a cluster that fleet.ts no longer has', async () => {
    await world.bringUpBefore('stage');
    addCluster('cluster-stage');

    const { stderr } = await fleet(['up']);

    expect(stderr).toContain('- cluster/stage: fleet.ts no longer has it; it does not answer');
    expect(operations()).toEqual([]);
    await fleet(['up', '--allow-delete', 'cluster/stage']);
    expect(operations()).toContain('destroy stage');
  });

  it('refuses to publish a commit that prunes a namespace', async () => {
    await fleet(['up']);
    const before = await world.remote.git('rev-parse', 'main');
    const whole = fleetFile.load();
    fleetFile.load = () => ({ ...whole, runs: { ...whole.runs, prod: {} } });

    const { stderr, exitCode } = await fleet(['up']);

    expect(exitCode).toBe(1);
    expect(stderr).toContain('- namespace/app-a@prod: the commit removes it from cluster prod');
    expect(await world.remote.git('rev-parse', 'main')).toBe(before);
    expect((await fleet(['publish', '--allow-delete', 'namespace/app-a@prod'])).exitCode).toBe(0);
  });
});

describe('fleet up that fails', () => {
  it('names the problems of both clusters when both fail, and shows no stack trace', async () => {
    world.pulumi.failures.set('up dev', ['port 8080 is taken']);
    world.pulumi.failures.set('up prod', ['no space left on device']);

    const { stderr, stdout, exitCode } = await fleet(['up']);

    expect(exitCode).toBe(1);
    expect(stderr).toContain('stack dev: pulumi up failed: port 8080 is taken');
    expect(stderr).toContain('stack prod: pulumi up failed: no space left on device');
    expect(stderr).toContain('run the same command again');
    expect(stdout + stderr).not.toMatch(/^\s+at /m);
  });

  it('changes nothing when the engine is stopped, and says how to start it', async () => {
    machine.docker.stop();

    const { stderr, exitCode } = await fleet(['up']);

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^docker: Cannot connect to the Docker daemon.*\n.*systemctl start docker/m);
    expect(operations()).toEqual([]);
  });

  it("leaves alone a container of the git server's name that the fleet did not make", async () => {
    machine.docker.container('gitserver', { labels: { other: 'yes' } });

    const { stderr, exitCode } = await fleet(['up']);

    expect(exitCode).toBe(1);
    expect(stderr).toContain('container gitserver');
    expect(status('gitserver')).toBe('running');
    expect(operations()).not.toContain('up git-server');
  });

  it('refuses the fleet of another clone with its path, until it is told to take it over', async () => {
    const another = { fleet: 'flux-fleet', clone: 'c0ffee', directory: '/home/someone/infra/.fleet' };
    machine.docker.volume('flux-fleet-owner', ownerLabels(another));

    const { stderr, exitCode } = await fleet(['up']);

    expect([exitCode, operations()]).toEqual([1, []]);
    expect(stderr).toContain('it belongs to another clone, in /home/someone/infra.');
    expect((await fleet(['up', '--adopt'])).exitCode).toBe(0);
  });

  it('names what somebody has suspended, and how to resume it', async () => {
    await fleet(['up']);
    const app = fluxKustomization('app-a', await world.remote.git('rev-parse', 'main'));
    world.clusters.dev.api.put({ ...app, spec: { suspend: true } });

    const { stderr, exitCode } = await fleet(['up']);

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^cluster dev: Flux Kustomization app-a is suspended.*\n.*kubectl --context kind-cluster-dev/m,
    );
  });

  it('refuses a time that is none', async () => {
    const { stderr, exitCode } = await fleet(['up', '--timeout', 'soon']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/--timeout <time>.*'soon' is invalid. Write it as in 90s, 5m or 1h/);
  });

  it('names what a cluster has not applied when the time is up', async () => {
    world.clusters.prod.api.onWrite = () =>
      world.clusters.prod.api.put(gitRepository(undefined, { status: 'False', reason: 'GitOperationFailed' }));

    const { stderr, exitCode } = await fleet(['up', '--timeout', '1']);

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^cluster prod: not ready after 1 s: .*not fetched.*\n.*kubectl --context kind-cluster-prod/m,
    );
    expect(stderr).not.toContain('cluster dev');
  });

  it("shows no secret that a message of Flux's repeats", async () => {
    const { port } = fleetFile.load().git;
    fleetFile.load = () => twoClusters(port!, { app: appWithSecrets });
    const canary = 'canary-5c1f0e7a94';
    for (const cluster of ['dev', 'prod']) await fleet(['secrets', 'set', cluster, 'app-a', 'API_KEY'], canary);
    const message = `Deployment dry-run failed: Invalid value: "${canary}"`;
    world.clusters.prod.api.onWrite = () =>
      world.clusters.prod.api.put(gitRepository(undefined, { status: 'False', reason: 'Failed', message }));

    const { stdout, stderr, exitCode } = await fleet(['up', '--timeout', '1']);

    expect(exitCode).toBe(1);
    expect(stderr).toContain('Invalid value: "***"');
    expect(stdout + stderr).not.toContain(canary);
  });
});
