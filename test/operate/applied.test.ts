import { describe, expect, it, vi } from 'vitest';

import { fluxKustomization, gitRepository, handled, helmRelease, revision } from '../fakes/kubernetes/flux';
import { before, but, commit, comparedClusters, everything, failed, newer } from './compared';

const cluster = comparedClusters();
const missing = () => cluster.current.refused();

describe('waiting for a commit', () => {
  it('ends when every Flux object has applied it, has been asked to compare, and is ready', async () => {
    cluster.current.server.put(...everything(), helmRelease('app-a'));
    expect(await cluster.current.wait()).toEqual([]);
    expect(cluster.current.asked()).toEqual([
      'kustomizations/flux-system',
      'kustomizations/app-a',
      'helmreleases/app-a',
    ]);
  });

  it('does not end before what was asked has been done', async () => {
    cluster.current.server.put(...everything());
    cluster.current.server.onWrite = (object) =>
      cluster.current.server.put(...(object.metadata.name === 'app-a' ? [] : handled(object)));
    expect((await cluster.current.refusal(150)).problem).toContain(
      'Flux Kustomization app-a is being compared with the commit',
    );
  });

  it('tells Flux to fetch now, and follows as it applies', async () => {
    cluster.current.server.put(...everything(before));
    cluster.current.server.onWrite = (object) => {
      const { annotations, name } = object.metadata;
      expect(Date.parse(annotations!['reconcile.fluxcd.io/requestedAt']!)).toBeGreaterThan(Date.now() - 60_000);
      if (object.kind !== 'GitRepository') return cluster.current.server.put(...handled(object));
      expect(name).toBe('flux-system');
      cluster.current.server.put(gitRepository(commit), fluxKustomization('flux-system', commit));
      setTimeout(() => cluster.current.server.put(fluxKustomization('app-a', commit)), 300);
    };
    const report = vi.fn();
    await cluster.current.wait(5000, report);
    expect(cluster.current.asked()[0]).toBe('gitrepositories/flux-system');
    expect(report.mock.calls).toContainEqual([['Flux Kustomization app-a has not applied the commit yet']]);
  });

  it('tells Flux to try again at once what failed', async () => {
    cluster.current.server.put(
      gitRepository(commit),
      fluxKustomization('flux-system', commit),
      fluxKustomization('app-a', before, failed),
    );
    cluster.current.server.onWrite = (object) =>
      cluster.current.server.put(
        ...handled(
          object.metadata.name === 'app-a' ? but(object, { status: everything()[2]['status'] as object }) : object,
        ),
      );
    await cluster.current.wait();
    expect(cluster.current.asked()).toContain('kustomizations/app-a');
  });

  it('lets a HelmRelease that has failed too often try again, and no other', async () => {
    const exhausted = { status: 'False', reason: 'RetriesExceeded', message: 'Failed to upgrade' } as const;
    const app = but(fluxKustomization('app-a', before, failed), {
      status: { lastAttemptedRevision: revision(commit) },
    });
    cluster.current.units = { [commit]: ['app-a', 'app-b'] };
    cluster.current.server.put(
      gitRepository(commit),
      fluxKustomization('flux-system', commit),
      app,
      helmRelease('app-a', exhausted, true),
    );
    cluster.current.server.put(fluxKustomization('app-b', commit), helmRelease('app-b'));
    cluster.current.server.onWrite = (object) => {
      cluster.current.server.put(...handled(object));
      if (object.kind !== 'HelmRelease' || object.metadata.name !== 'app-a') return;
      cluster.current.server.put(
        ...handled({ ...helmRelease('app-a'), metadata: object.metadata }),
        fluxKustomization('app-a', commit),
      );
    };
    await cluster.current.wait();
    const resets = cluster.current.server.requests.filter(
      ({ method, path }) => method === 'PATCH' && path.includes('helmreleases'),
    );
    const annotations = Object.fromEntries(
      resets.map(({ body }) => [body!.metadata.name, body!.metadata.annotations!]),
    );
    expect(annotations['app-a']!['reconcile.fluxcd.io/resetAt']).toBe(
      annotations['app-a']!['reconcile.fluxcd.io/requestedAt'],
    );
    expect(annotations['app-b']).not.toHaveProperty('reconcile.fluxcd.io/resetAt');
  });

  it.each(['Unknown', 'False'] as const)('leaves a HelmRelease alone that Flux is at: Ready is %s', async (status) => {
    const attempted = { lastAttemptedRevision: revision(commit) };
    const app = but(fluxKustomization('app-a', before, failed), { status: attempted });
    const [source, root] = everything();
    cluster.current.server.put(source, root, app, helmRelease('app-a', { status, reason: 'Progressing' }));
    await cluster.current.refusal(150);
    cluster.current.server.put(fluxKustomization('app-a', commit));
    await cluster.current.refusal(150);
    expect(cluster.current.asked()).not.toContain('helmreleases/app-a');
  });

  it('takes a commit on top of the published one, with the apps of that commit', async () => {
    cluster.current.units = { [commit]: ['app-a', 'app-b'], [newer]: ['app-a'] };
    cluster.current.server.put(...everything(newer));
    await cluster.current.wait();
  });

  it('keeps as done what was ready once', async () => {
    cluster.current.units = { [commit]: ['app-a', 'app-b'] };
    cluster.current.server.put(...everything(), fluxKustomization('app-b', before));
    const report = vi.fn();
    cluster.current.server.onWrite = (object) => {
      cluster.current.server.put(...handled(object));
      if (object.metadata.name !== 'app-a') return;
      setTimeout(
        () => cluster.current.server.put(but(object, { status: { conditions: [{ type: 'Ready', ...failed }] } })),
        200,
      );
      setTimeout(() => cluster.current.server.put(fluxKustomization('app-b', commit)), 400);
    };
    await cluster.current.wait(5000, report);
    expect(JSON.stringify(report.mock.calls.slice(1))).not.toContain('app-a is not ready');
  });

  it.each([
    { answer: 500, message: 'etcdserver: request timed out', times: 2 },
    { answer: 'cut', times: 2 },
  ] as const)('goes on after an error of the API server: $answer', async (fault) => {
    cluster.current.server.put(...everything());
    cluster.current.server.fail(fault);
    await cluster.current.wait();
  });

  it('names the error when the API server answers with nothing else', async () => {
    cluster.current.server.fail({ answer: 503, message: 'shutting down' });
    expect(await missing()).toBe('the API server does not answer as it should (503: shutting down)');
  });
});
