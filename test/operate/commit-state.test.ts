import { describe, expect, it } from 'vitest';

import { fluxKustomization, gitRepository, helmRelease, type Ready, revision } from '../fakes/kubernetes/flux';
import type { KubernetesObject } from '../fakes/kubernetes/store';
import { before, but, commit, comparedClusters, everything, failed } from './compared';

const cluster = comparedClusters();
const missing = () => cluster.current.refused();

describe('what is missing', () => {
  it('names a repository that is not fetched, with the reason that Flux gives', async () => {
    cluster.current.server.put(
      gitRepository(before, { status: 'False', reason: 'GitOperationFailed', message: 'no host key' }),
      fluxKustomization('flux-system', before),
    );
    expect(await missing()).toBe('the repository is not fetched yet (GitOperationFailed: no host key)');
  });

  it('names the root before the apps, which it still has to change', async () => {
    cluster.current.server.put(
      gitRepository(commit),
      fluxKustomization('flux-system', before),
      fluxKustomization('app-a', before),
    );
    expect(await missing()).toBe('Flux Kustomization flux-system has not applied the commit yet');
  });

  it('names each app that has not applied it, is not ready, is missing, or is being removed', async () => {
    cluster.current.units = { [commit]: ['app-a', 'app-b', 'app-d', 'app-e'] };
    const deletionTimestamp = '2026-01-01T00:00:00Z';
    cluster.current.server.put(
      gitRepository(commit),
      fluxKustomization('flux-system', commit),
      fluxKustomization('app-a', before, failed),
      fluxKustomization('app-b', commit, { status: 'Unknown' }),
      but(fluxKustomization('app-c', before), { metadata: { deletionTimestamp } }),
      fluxKustomization('app-d', commit),
    );
    expect(await cluster.current.missing()).toEqual([
      'Flux Kustomization app-a has not applied the commit yet (HealthCheckFailed: timeout)',
      'Flux Kustomization app-b is not ready',
      'Flux Kustomization app-e is missing',
      'Flux Kustomization app-c is being removed',
    ]);
  });

  it('does not take an object as ready that Flux has not looked at since it changed', async () => {
    const app = fluxKustomization('app-a', commit);
    cluster.current.server.put(...everything());
    cluster.current.server.put({ ...app, spec: { path: './elsewhere' } });
    expect(await cluster.current.missing()).toEqual(['Flux Kustomization app-a is not ready']);
  });

  it('has a chart that Flux has not read from the commit, or that the release does not have', async () => {
    const chart = (of: string): KubernetesObject => ({
      ...gitRepository(undefined, { status: 'True' }, 'flux-system-app-a'),
      kind: 'HelmChart',
      status: {
        observedGeneration: 1,
        conditions: [{ type: 'Ready', status: 'True' }],
        observedSourceArtifactRevision: revision(of),
        artifact: { revision: '0.1.0+new' },
      },
    });
    const release = but(helmRelease('app-a'), { status: { helmChart: 'flux-system/flux-system-app-a' } });
    cluster.current.server.put(...everything(), release, chart(before));
    expect(await cluster.current.missing()).toEqual(['the chart of HelmRelease app-a is not read yet']);
    cluster.current.server.put(chart(commit));
    expect(await cluster.current.missing()).toEqual(['HelmRelease app-a has not begun with its new chart yet']);
    cluster.current.server.put(but(release, { status: { lastAttemptedRevision: '0.1.0+new' } }));
    expect(await cluster.current.missing()).toEqual([]);
  });

  it("has nothing of a tenant's own folder, and no Flux Kustomization of somebody else", async () => {
    const labels = { 'flux-fleet/tenant': 'team-a' };
    const theirs = but(fluxKustomization('theirs', before, failed), { metadata: { labels } });
    const others = but(fluxKustomization('others', before, failed), { metadata: { labels: {} } });
    cluster.current.server.put(...everything(), theirs, others);
    await cluster.current.wait();
  });

  it('is short for a Job that changed, and says what to do', async () => {
    const template = 'core.PodTemplateSpec{' + 'Name:"x", '.repeat(500) + '}';
    const message = `Job/a/a dry-run failed (Invalid): Job.batch "a" is invalid: spec.template: Invalid value: ${template}: field is immutable`;
    const invalid: Ready = { status: 'False', reason: 'ReconciliationFailed', message };
    cluster.current.server.put(
      gitRepository(commit),
      fluxKustomization('flux-system', commit),
      fluxKustomization('app-a', before, invalid),
    );
    const { problem } = await cluster.current.refusal(700);
    expect(problem).toContain('Job.batch "a" is invalid: spec.template: Invalid value: …: field is immutable)');
    cluster.current.server.put(
      but(fluxKustomization('app-a', before, invalid), { status: { lastAttemptedRevision: revision(commit) } }),
    );
    const { next } = await cluster.current.refusal(700);
    expect(next).toContain('`force: true`');
  });

  it('names what holds back a removal when the time is up, with its finalizer', async () => {
    const deletionTimestamp = '2026-01-01T00:00:00Z';
    const inventory = {
      entries: [
        { id: 'app-c_claim__PersistentVolumeClaim', v: 'v1' },
        { id: '_app-c__Namespace', v: 'v1' },
      ],
    };
    const header = { apiVersion: 'v1', metadata: { name: 'app-c', deletionTimestamp } };
    const message = 'Some resources are remaining: persistentvolumeclaims. has 1 resource instances';
    const conditions = [{ type: 'NamespaceContentRemaining', status: 'True', message }];
    cluster.current.server.put(
      ...everything(),
      but(fluxKustomization('app-c', before), { metadata: { deletionTimestamp }, status: { inventory } }),
      {
        ...header,
        kind: 'PersistentVolumeClaim',
        metadata: { ...header.metadata, name: 'claim', namespace: 'app-c', finalizers: ['example.org/hold'] },
      },
      { ...header, kind: 'Namespace', status: { conditions } },
    );
    expect((await cluster.current.refusal(700)).problem).toContain(
      'Flux Kustomization app-c is being removed, and waits for ' +
        `PersistentVolumeClaim/app-c/claim (finalizer example.org/hold), Namespace/app-c (${message})`,
    );
  });
});
