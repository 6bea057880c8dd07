import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FleetError } from '../../model';
import { applied } from '../../operate/applied';
import { ClusterClient } from '../../operate/cluster-client';
import { FakeApiServer } from '../fakes/kubernetes/api-server';
import { fluxKustomization, gitRepository } from '../fakes/kubernetes/flux';

const folder = mkdtempSync(join(tmpdir(), 'applied-'));
const [before, commit] = ['1'.repeat(40), '2'.repeat(40)];
const failed = { status: 'False', reason: 'HealthCheckFailed', message: 'timeout\nmore' } as const;

let server: FakeApiServer;
let client: ClusterClient;
beforeEach(async () => {
  server = await new FakeApiServer().start();
  client = new ClusterClient('dev', server.writeKubeconfig(join(folder, 'kubeconfig'), 'kind-cluster-dev'));
});
afterEach(() => server.stop());

const wait = (timeout = 5000, report?: (missing: readonly string[]) => void) =>
  applied({ client, commit, timeout, report });
/** What is missing when no time is given. */
const missing = async () => {
  const error: unknown = await wait(1).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(FleetError);
  const [{ place, problem, next }] = (error as FleetError).problems as [FleetError['problems'][0]];
  expect(place).toBe('cluster dev');
  expect(next).toContain('kubectl --context kind-cluster-dev -n flux-system get');
  return problem.replace(/^not ready after [\d.]+ s: /, '');
};
const asked = () =>
  server.requests.filter(({ method }) => method === 'PATCH').map(({ path }) => path.split('/').slice(-2).join('/'));

describe('waiting for a commit', () => {
  it('ends when every Flux Kustomization has applied it and is ready', async () => {
    server.put(gitRepository(commit), fluxKustomization('flux-system', commit), fluxKustomization('app-a', commit));
    await wait();
    expect(asked()).toEqual([]);
  });

  it('tells Flux to fetch now, and follows as it applies', async () => {
    server.put(gitRepository(before), fluxKustomization('flux-system', before), fluxKustomization('app-a', before));
    server.onWrite = ({ metadata: { annotations, name } }) => {
      expect(Date.parse(annotations!['reconcile.fluxcd.io/requestedAt']!)).toBeGreaterThan(Date.now() - 60_000);
      expect(name).toBe('flux-system');
      server.put(gitRepository(commit), fluxKustomization('flux-system', commit));
      setTimeout(() => server.put(fluxKustomization('app-a', commit)), 400);
    };
    const report = vi.fn();
    await wait(5000, report);
    expect(asked()).toEqual(['gitrepositories/flux-system']);
    expect(report.mock.calls).toEqual([[['Flux Kustomization app-a has not applied the commit yet']]]);
  });

  it('tells Flux to try again at once what failed', async () => {
    server.put(
      gitRepository(commit),
      fluxKustomization('flux-system', commit),
      fluxKustomization('app-a', before, failed),
    );
    server.onWrite = () => server.put(fluxKustomization('app-a', commit));
    await wait();
    expect(asked()).toEqual(['kustomizations/app-a']);
  });

  it('names a repository that is not fetched, with the reason that Flux gives', async () => {
    server.put(gitRepository(before, { status: 'False', reason: 'GitOperationFailed', message: 'no host key' }));
    expect(await missing()).toBe('the repository is not fetched yet (GitOperationFailed: no host key)');
  });

  it('names the root before the apps, which it still has to change', async () => {
    server.put(gitRepository(commit), fluxKustomization('flux-system', before), fluxKustomization('app-a', before));
    expect(await missing()).toBe('Flux Kustomization flux-system has not applied the commit yet');
  });

  it('names each app that has not applied it, is not ready, or is being removed', async () => {
    const removed = fluxKustomization('app-c', before);
    const deletionTimestamp = '2026-01-01T00:00:00Z';
    server.put(
      gitRepository(commit),
      fluxKustomization('flux-system', commit),
      fluxKustomization('app-a', before, failed),
      fluxKustomization('app-b', commit, { status: 'Unknown' }),
      { ...removed, metadata: { ...removed.metadata, deletionTimestamp } },
      fluxKustomization('app-d', commit),
    );
    expect(await missing()).toBe(
      [
        'Flux Kustomization app-a has not applied the commit yet (HealthCheckFailed: timeout)',
        'Flux Kustomization app-b is not ready',
        'Flux Kustomization app-c is being removed',
      ].join('; '),
    );
  });

  it('does not take an object as ready that Flux has not looked at since it changed', async () => {
    const app = fluxKustomization('app-a', commit);
    server.put(gitRepository(commit), fluxKustomization('flux-system', commit), app);
    server.put({ ...app, spec: { path: './elsewhere' } });
    expect(await missing()).toBe('Flux Kustomization app-a is not ready');
  });

  it("does not wait for what a tenant's own folder holds", async () => {
    const own = fluxKustomization('theirs', before, failed);
    const metadata = { ...own.metadata, labels: { 'flux-fleet/tenant': 'team-a' } };
    server.put(gitRepository(commit), fluxKustomization('flux-system', commit), { ...own, metadata });
    await wait();
  });
});
