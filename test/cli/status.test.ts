import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { fluxKustomization } from '../fakes/kubernetes/flux';
import { fleet, machine } from './command-line';
import { schemaErrors } from './schema';
import { createWorld, type World } from './world';

let world: World;
beforeEach(async () => (world = await createWorld()));
afterEach(() => world.end());
afterAll(() => machine.remove());

describe('fleet status', () => {
  it('shows each app in each cluster, with its commit, pods and image', async () => {
    await fleet(['up']);
    const commit = (await world.remote.git('rev-parse', 'main')).slice(0, 12);

    const { stdout, exitCode } = await fleet(['status']);

    expect(exitCode).toBe(0);
    const row = (cluster: string) => `${cluster} +app-a +ready +${commit} +\\d+s +1/1 +app-a:1\n`;
    expect(stdout).toMatch(new RegExp(`^CLUSTER .*\n${row('dev')}${row('prod')}$`));
  });

  it('counts how many commits an app is behind, and fetches those that it does not know', async () => {
    await fleet(['up']);
    const first = await world.remote.git('rev-parse', 'main');
    const next = await world.remote.pushByHand({ 'README.md': 'x' });
    world.clusters.prod.api.put(fluxKustomization('app-a', next));
    const { stdout } = await fleet(['status']);
    expect(stdout).toMatch(new RegExp(`dev +app-a +ready +${first.slice(0, 12)} -1 `));
    expect(stdout).toMatch(new RegExp(`prod +app-a +\\w+ +${next.slice(0, 12)} `));
  });

  it('ends with 1 when something is not ready, and names it', async () => {
    await fleet(['up']);
    const commit = await world.remote.git('rev-parse', 'main');
    const failed = { status: 'False', reason: 'HealthCheckFailed', message: 'timeout waiting' } as const;
    world.clusters.dev.api.put(fluxKustomization('app-a', commit, failed));
    const { stdout, exitCode } = await fleet(['status']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/dev +app-a +failed .*HealthCheckFailed: timeout waiting/);
  });

  it('ends with 3 when a cluster does not answer, names it, and shows the others', async () => {
    await fleet(['up']);
    await world.clusters.dev.api.stop();
    const { stdout, exitCode } = await fleet(['status']);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/prod +app-a +ready/);
    expect(stdout).toMatch(/\ncluster dev does not answer: connect ECONNREFUSED/);
  });

  it('shows nothing but one document of its schema with --json', async () => {
    await fleet(['up']);
    await world.clusters.prod.api.stop();
    const { stdout } = await fleet(['status', '--json']);
    expect(schemaErrors('status', stdout)).toEqual([]);
    expect(schemaErrors('status', stdout.replace('"state"', '"status"'))).not.toEqual([]);
  });

  it('goes on with --watch, prints what changes, and ends by Ctrl-C as it is then', async () => {
    await fleet(['up']);
    const commit = await world.remote.git('rev-parse', 'main');
    const { api } = world.clusters.dev;
    const before = process.listenerCount('SIGINT');
    const run = fleet(['status', '--watch']);
    await expect.poll(() => process.listenerCount('SIGINT')).toBe(before + 1);
    const looks = () => api.requests.filter(({ path }) => path.endsWith('/kustomizations')).length;
    const looked = async () => {
      const now = looks();
      // The second look from now began after now.
      await expect.poll(looks, { timeout: 10_000 }).toBeGreaterThanOrEqual(now + 2);
    };
    await looked();
    api.put(fluxKustomization('app-a', commit, { status: 'False', reason: 'HealthCheckFailed', message: 'no pods' }));
    await looked();
    process.listeners('SIGINT').at(-1)!('SIGINT');
    const { stdout, exitCode } = await run;
    expect(exitCode).toBe(1);
    expect(stdout.match(/dev +app-a/g)).toHaveLength(2);
    expect(stdout.match(/prod +app-a/g)).toHaveLength(1);
    expect(stdout).toMatch(/dev +app-a +failed .*no pods\)\n$/);
  });

  it('refuses a cluster that fleet.ts does not have', async () => {
    const { stderr, exitCode } = await fleet(['status', '--cluster', 'pord']);
    expect(exitCode).toBe(1);
    expect(stderr).toBe('cluster pord: fleet.ts has no cluster of this name.\n  Use `prod`, or one of `dev`.\n');
  });
});
