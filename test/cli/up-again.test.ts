import { writeFileSync } from 'node:fs';

import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { fleet, machine } from './command-line';
import { createWorld, operationsOf, type World } from './world';

let world: World;
beforeEach(async () => (world = await createWorld()));
afterEach(() => world.end());
afterAll(() => machine.remove());

const operations = () => world.pulumi.operations.splice(0);

describe('fleet up, run again', () => {
  it('makes no commit when it is run again and nothing has changed', async () => {
    await fleet(['up']);
    const before = await world.remote.git('rev-parse', 'main');

    const { stdout, exitCode } = await fleet(['up']);

    expect(exitCode).toBe(0);
    expect(stdout).toContain(`nothing to publish: ${before.slice(0, 12)}`);
    expect(await world.remote.git('rev-parse', 'main')).toBe(before);
  });

  it('does not ask Pulumi where it would change nothing, and asks where it may', async () => {
    let program = 'as-in-fleet.ts';
    world.pulumi.declared = (stack) => (stack === 'prod' ? program : stack);
    await fleet(['up']);
    operations();

    expect((await fleet(['up'])).exitCode).toBe(0);
    expect(operations()).toEqual([]);
    program = 'with-another-worker';
    expect((await fleet(['up'])).exitCode).toBe(0);
    expect(operations()).toEqual(['up prod']);
    world.pulumi.deployment('dev').resources = [{ urn: 'a', type: 'docker:index/network:Network' }];
    world.pulumi.deployment('dev').pending_operations = [{}];
    world.pulumi.save('dev');
    expect((await fleet(['up'])).exitCode).toBe(0);
    expect(operations()).toEqual(['refresh dev', 'up dev']);
  });

  it('makes again what somebody removed from a cluster, or from Docker', async () => {
    await fleet(['up']);
    operations();
    const metadata = { name: 'flux-system', namespace: 'flux-system' };
    const inputs = { apiVersion: 'v1', kind: 'Secret', metadata };
    world.pulumi.deployment('dev').resources = [{ urn: 'a', type: 'kubernetes:core/v1:Secret', inputs }];
    const type = 'docker:index/network:Network';
    world.pulumi.deployment('git-server').resources = [{ urn: 'b', type, id: 'id-of-nothing' }];

    await fleet(['up']);

    const done = operations();
    expect(operationsOf('git-server', done)).toEqual(['refresh git-server', 'up git-server']);
    expect(operationsOf('dev', done)).toEqual(['refresh dev', 'up dev']);
    expect(done).not.toContain('refresh prod');
  });

  it.each(['', 'apiVersion: v1\nkind: Config\nclusters: null\ncurrent-context: ""\n', 'damaged: ['])(
    'makes the cluster again after `kind delete cluster`, which leaves a kubeconfig without a cluster: %j',
    async (kubeconfig) => {
      await fleet(['up']);
      operations();
      writeFileSync(world.local('kubeconfig', 'dev'), kubeconfig);
      const { api } = world.clusters.dev;
      world.pulumi.effects.set('up dev', () => api.writeKubeconfig(world.local('kubeconfig', 'dev')));

      const { exitCode } = await fleet(['up']);

      expect([exitCode, operationsOf('dev', operations())]).toEqual([0, ['up dev']]);
    },
  );
});
