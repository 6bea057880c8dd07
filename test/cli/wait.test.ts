import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { fluxKustomization, gitRepository, revision } from '../fakes/kubernetes/flux';
import { but } from '../operate/compared';
import { fleet, machine } from './command-line';
import { schemaErrors } from './schema';
import { createWorld, type World } from './world';

let world: World;
let commit: string;
beforeEach(async () => {
  world = await createWorld();
  await fleet(['up']);
  commit = await world.remote.git('rev-parse', 'main');
});
afterEach(() => world.end());
afterAll(() => machine.remove());

const written = () =>
  Object.values(world.clusters).flatMap(({ api }) => api.requests.filter(({ method }) => method === 'PATCH')).length;

describe('fleet wait', () => {
  it('ends with 0 when the last commit has landed, and asks nothing of Flux', async () => {
    const before = written();
    const { stdout, exitCode } = await fleet(['wait']);
    expect(exitCode).toBe(0);
    const landed = `${commit.slice(0, 12)} has landed`;
    expect(stdout).toBe(`cluster dev: ${landed}\ncluster prod: ${landed}\n`);
    expect(written()).toBe(before);
  });

  it('takes a commit on top of it, and says so', async () => {
    const newer = await world.remote.pushByHand({ 'README.md': 'x' });
    const { api } = world.clusters.dev;
    api.put(gitRepository(newer), fluxKustomization('flux-system', newer), fluxKustomization('app-a', newer));
    const { stdout, exitCode } = await fleet(['wait', '--commit', commit.slice(0, 10), '--cluster', 'dev']);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`cluster dev: ${commit.slice(0, 12)} has landed, as part of ${newer.slice(0, 12)}\n`);
  });

  it('ends with 1 as soon as it cannot land, with the cause, told once for both clusters', async () => {
    const message = 'kustomize build failed: accumulating resources: open x.yaml: no such file or directory';
    for (const { api } of Object.values(world.clusters)) {
      const app = fluxKustomization('app-a', '1'.repeat(40), { status: 'False', reason: 'BuildFailed', message });
      api.put(but(app, { status: { lastAttemptedRevision: revision(commit) } }));
    }
    const start = Date.now();
    const { stderr, exitCode } = await fleet(['wait', '--timeout', '60s', '--grace', '1s']);
    expect(exitCode).toBe(1);
    expect(Date.now() - start).toBeLessThan(10_000);
    expect(stderr).toMatch(/cluster (dev|prod): app-a and cluster (dev|prod): app-a: /);
  });

  it('ends with 2 when the time is up', async () => {
    await world.remote.pushByHand({ 'README.md': 'x' });
    const { stderr, exitCode } = await fleet(['wait', '--timeout', '1s', '--cluster', 'prod']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('cluster prod: not ready after 1 s: the repository is not fetched yet');
  });

  it('ends with 3 when a cluster does not answer, and has waited for the others', async () => {
    await world.clusters.dev.api.stop();
    const { stdout, stderr, exitCode } = await fleet(['wait', '--grace', '1s', '--timeout', '60s']);
    expect(exitCode).toBe(3);
    expect(stdout).toBe(`cluster prod: ${commit.slice(0, 12)} has landed\n`);
    expect(stderr).toContain('cluster dev: the API server does not answer as it should (connect ECONNREFUSED');
  });

  it('ends with 3 when the repository does not answer', async () => {
    world.remote.breakSsh('ssh: connect to host 127.0.0.1: Connection refused');
    const { stderr, exitCode } = await fleet(['wait']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('the repository cannot be read: ssh: connect to host');
  });

  it('refuses a commit that the repository does not have', async () => {
    const { stderr, exitCode } = await fleet(['wait', '--commit', 'abcdef1']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('commit abcdef1: the repository has no such commit');
  });

  it('prints one document of its schema with --json', async () => {
    await world.clusters.dev.api.stop();
    const { stdout } = await fleet(['wait', '--json', '--grace', '1s']);
    expect(schemaErrors('wait', stdout)).toEqual([]);
    expect(JSON.parse(stdout)).toMatchObject({ commit, landed: false });
  });
});
