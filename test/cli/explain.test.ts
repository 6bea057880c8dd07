import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { fleet } from './command-line';
import { fluxKustomization, gitRepository, revision } from '../fakes/kubernetes/flux';
import { but, commit } from '../operate/compared';
import { schemaErrors } from './schema';
import { createWorld, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await createWorld();
  for (const [name, cluster] of Object.entries(world.clusters)) {
    await cluster.up(world.local('kubeconfig', name));
    cluster.api.put(
      gitRepository(commit),
      fluxKustomization('flux-system', commit),
      fluxKustomization('app-a', commit),
    );
  }
});
afterEach(() => world.end());

const failing = () =>
  but(
    fluxKustomization('app-a', undefined, {
      status: 'False',
      reason: 'BuildFailed',
      message: 'kustomize build failed: invalid Kustomization: json: unknown field "resource"',
    }),
    { status: { lastAttemptedRevision: revision(commit) } },
  );

describe('fleet explain', () => {
  it('tells in one line that nothing fails', async () => {
    expect(await fleet(['explain'])).toEqual({ stdout: 'Nothing fails in dev and prod.\n', stderr: '', exitCode: 0 });
  });

  it('tells the same failure of two clusters once, and ends with 1', async () => {
    for (const { api } of Object.values(world.clusters)) api.put(failing());
    const { stdout, exitCode } = await fleet(['explain']);
    expect(exitCode).toBe(1);
    expect(stdout).toBe(
      'app-a in dev and prod: a kustomization.yaml has a field `resource`, which kustomize does not know, so nothing of this commit was applied.\n' +
        '  Kustomization flux-system/app-a (BuildFailed): kustomize build failed: invalid Kustomization: json: unknown field "resource"\n' +
        '  Fix the field: a list ends with s, as in `resources` and `patches`; then run `npm run up`.\n',
    );
  });

  it('shows the others when a cluster does not answer, and ends with 3', async () => {
    await world.clusters.prod.api.stop();
    const { stdout, exitCode } = await fleet(['explain']);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^Cluster prod does not answer: .*ECONNREFUSED.*\.\nNothing fails in dev\.\n$/);
  });

  it('prints one JSON document of its schema', async () => {
    world.clusters.prod.api.put(failing());
    const { stdout, exitCode } = await fleet(['explain', 'app-a', '--cluster', 'prod', '--json']);
    expect(exitCode).toBe(1);
    expect(schemaErrors('explain', stdout)).toEqual([]);
    expect(JSON.parse(stdout)).toMatchObject({
      clusters: [{ cluster: 'prod', causes: [{ unit: 'app-a', rule: 'kustomization-field', outcome: 'final' }] }],
    });
  });

  it.each([
    [['app-x'], 'app app-x: fleet.ts has no app of this name.\n  Use `app-a`.\n'],
    [['--cluster', 'pro'], 'cluster pro: fleet.ts has no cluster of this name.\n  Use `prod`, or one of `dev`.\n'],
  ])('names the nearest of what it does not know: %j', async (args, stderr) => {
    expect(await fleet(['explain', ...args])).toEqual({ stdout: '', stderr, exitCode: 1 });
  });
});
