import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { fleet, fleetFile, machine } from './command-line';
import { deployment, handled, helmRelease } from '../fakes/kubernetes/flux';
import { deploymentWithPods } from '../fakes/kubernetes/pods';
import type { KubernetesObject } from '../fakes/kubernetes/store';
import { createWorld, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await createWorld();
  await fleet(['up']);
});
afterEach(() => world.end());
afterAll(() => machine.remove());

const find = (cluster: 'dev' | 'prod', kind: string, name: string) => {
  const { store } = world.clusters[cluster].api;
  const [apiVersion, namespace] =
    kind === 'Deployment' ? ['apps/v1', name] : ['kustomize.toolkit.fluxcd.io/v1', 'flux-system'];
  return store.find({ kind, apiVersion, namespace, object: name, name: '', namespaced: true })!;
};

describe('fleet suspend and resume', () => {
  it('let Flux leave an app and go on with it, with who and why', async () => {
    const { stdout } = await fleet(['suspend', 'app-a', '--cluster', 'dev', '--reason', 'the database moves']);
    expect(stdout).toBe('cluster dev: suspended Flux Kustomization app-a\n');
    expect(find('dev', 'Kustomization', 'app-a')['spec']).toMatchObject({ suspend: true });
    expect(find('prod', 'Kustomization', 'app-a')['spec']).not.toHaveProperty('suspend');

    const status = await fleet(['status']);
    expect(status.stdout).toMatch(/dev +app-a +suspended .*suspended by \S+ \(the database moves\)/);
    expect((await fleet(['up'])).stderr).toMatch(/app-a is suspended by \S+ \(the database moves\)/);
    expect((await fleet(['reconcile', 'app-a', '--cluster', 'dev'])).stderr).toContain('is suspended by');

    const resumed = await fleet(['resume', 'app-a']);
    expect(resumed.stdout.split('\n').sort().join('\n').trim()).toBe(
      'cluster dev: resumed Flux Kustomization app-a\ncluster prod: app-a is not suspended',
    );
    const { metadata, ...rest } = find('dev', 'Kustomization', 'app-a');
    expect(rest['spec']).not.toHaveProperty('suspend');
    expect(Object.keys(metadata.annotations ?? {})).not.toContain('flux-fleet/suspend-reason');
  });

  it('need a reason, and an app that runs there', async () => {
    expect((await fleet(['suspend', 'app-a'])).exitCode).toBe(1);
    const { stderr } = await fleet(['suspend', 'app-x', '--reason', 'x']);
    expect(stderr).toBe('app app-x: fleet.ts has no app of this name.\n  Use `app-a`.\n');
  });

  it('end with 3 where a cluster does not answer, and have done their work in the others', async () => {
    await world.clusters.dev.api.stop();
    const { stdout, stderr, exitCode } = await fleet(['suspend', 'app-a', '--reason', 'x']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('cluster dev: the cluster does not answer (connect ECONNREFUSED');
    expect(stdout).toBe('cluster prod: suspended Flux Kustomization app-a\n');
  });
});

describe('fleet reconcile', () => {
  const asked = (cluster: 'dev' | 'prod') =>
    world.clusters[cluster].api.requests
      .filter(({ method }) => method === 'PATCH')
      .map(({ path }) => path.split('/').slice(-2).join('/'));

  it('asks the source first, then the app, and says what it is as now', async () => {
    const before = asked('dev').length;
    const { api } = world.clusters.dev;
    const { onWrite } = api;
    api.onWrite = (object) => {
      onWrite(object);
      const at = object.metadata.annotations?.['reconcile.fluxcd.io/requestedAt'];
      if (at) api.put({ ...object, status: { ...(object['status'] as object), lastHandledReconcileAt: at } });
    };
    const { stdout, exitCode } = await fleet(['reconcile', 'app-a', '--cluster', 'dev', '--timeout', '5s']);
    const commit = (await world.remote.git('rev-parse', 'main')).slice(0, 12);
    expect(stdout).toBe(`cluster dev: app-a is as in ${commit}, and ready\n`);
    expect(exitCode).toBe(0);
    expect(asked('dev').slice(before)).toEqual([
      'gitrepositories/flux-system',
      'kustomizations/flux-system',
      'kustomizations/app-a',
    ]);
  });
});

describe('fleet reconcile --force', () => {
  it("lets Helm upgrade the app's own release again, and no other one", async () => {
    const { api } = world.clusters.dev;
    const { onWrite } = api;
    api.put(helmRelease('app-a'), helmRelease('app-b'));
    api.onWrite = (object) => {
      onWrite(object);
      api.put(...handled(object));
    };
    const args = ['reconcile', 'app-a', '--cluster', 'dev', '--timeout', '5s'];
    const target = { apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', name: '', namespaced: true };
    const annotations = (object: string) =>
      api.store.find({ ...target, namespace: 'flux-system', object })!.metadata.annotations ?? {};
    expect((await fleet(args)).exitCode).toBe(0);
    expect(Object.keys(annotations('app-a'))).not.toContain('reconcile.fluxcd.io/forceAt');
    expect((await fleet([...args, '--force'])).exitCode).toBe(0);
    const { 'reconcile.fluxcd.io/forceAt': force, 'reconcile.fluxcd.io/requestedAt': asked } = annotations('app-a');
    expect(force).toBe(asked);
    expect(annotations('app-b')).not.toHaveProperty(['reconcile.fluxcd.io/forceAt']);
  });
});

describe('fleet logs', () => {
  const [, first] = deploymentWithPods('app-a', { image: 'app-a:1', name: 'app-a-1', since: '2026-01-01T00:00:00Z' });
  const inFlux = {
    'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
    'kustomize.toolkit.fluxcd.io/name': 'app-a',
  };
  const pod = (name: string, uid: string) => ({ ...first!, metadata: { ...first!.metadata, name, uid } });
  beforeEach(() => {
    const [deployment] = deploymentWithPods('app-a', { image: 'app-a:1', name: 'app-a-1' });
    const { api } = world.clusters.dev;
    api.put({ ...deployment!, metadata: { ...deployment!.metadata, labels: inFlux } }, pod('app-a-1', '1'));
    api.logs.set('app-a/app-a-1', 'one\ntwo\n');
  });

  it("prints the last lines of the app's pods, each with where it is from", async () => {
    const { stdout, exitCode } = await fleet(['logs', 'app-a', '--cluster', 'dev', '--tail', '2']);
    expect([stdout, exitCode]).toEqual(['dev app-a-1 one\ndev app-a-1 two\n', 0]);
    expect(world.clusters.dev.api.requests.at(-1)!.query.get('tailLines')).toBe('2');
  });

  it('goes on with --follow, with all that later pods write, and ends by Ctrl-C', async () => {
    const { api } = world.clusters.dev;
    const before = process.listenerCount('SIGINT');
    const run = fleet(['logs', 'app-a', '--cluster', 'dev', '--follow']);
    const read = () => api.requests.filter(({ path }) => path.endsWith('/log'));
    await expect.poll(read).toHaveLength(1);
    api.logs.set('app-a/app-a-2', 'three\n');
    api.put(pod('app-a-2', '2'));
    await expect.poll(read, { timeout: 10_000 }).toHaveLength(2);
    expect(process.listenerCount('SIGINT')).toBe(before + 1);
    process.listeners('SIGINT').at(-1)!('SIGINT');
    expect(await run).toMatchObject({
      stdout: 'dev app-a-1 one\ndev app-a-1 two\ndev app-a-2 three\n',
      exitCode: 0,
    });
    expect(read().map(({ query }) => [query.get('follow'), query.get('tailLines')])).toEqual([
      ['true', '20'],
      ['true', null],
    ]);
  });
});

describe('fleet restart', () => {
  it("replaces the pods of an app's workloads, and waits for the new ones", async () => {
    const { api } = world.clusters.dev;
    const inFlux = { 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' };
    const labelled = (object: KubernetesObject): KubernetesObject => ({
      ...object,
      metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...inFlux } },
    });
    api.put(labelled(deployment('app-a', { ready: 1, replicas: 1 })));
    api.onWrite = (object) => {
      const counts = { replicas: 1, updatedReplicas: 1, availableReplicas: 1, readyReplicas: 1 };
      api.put({ ...object, status: { ...counts, observedGeneration: object.metadata.generation } });
    };
    const { stdout } = await fleet(['restart', 'app-a', '--cluster', 'dev', '--timeout', '5s']);
    expect(stdout).toBe('cluster dev: restarted Deployment/app-a\n');
    const { template } = find('dev', 'Deployment', 'app-a')['spec'] as { template: KubernetesObject };
    expect(Object.keys(template.metadata.annotations!)).toEqual(['kubectl.kubernetes.io/restartedAt']);
  });
});

describe('fleet rollback', () => {
  const image = async (of: string) =>
    /image: (\S+)/.exec(await world.remote.git('show', `${of}:apps/app-a/base/deployment.yaml`))?.[1];

  it('gives an app the version before, by a commit on top that the next publish does not undo unseen', async () => {
    const first = await world.remote.git('rev-parse', 'main');
    const { apps, ...rest } = fleetFile.load();
    const newer = { ...rest, apps: { 'app-a': { ...apps['app-a']!, tag: '6.9.3' } } } as ReturnType<
      typeof fleetFile.load
    >;
    fleetFile.load = () => newer;
    await fleet(['publish']);
    const second = await world.remote.git('rev-parse', 'main');
    expect(await image(second)).toBe('ghcr.io/stefanprodan/podinfo:6.9.3');

    const { stdout, stderr, exitCode } = await fleet(['rollback', 'app-a', '--no-wait']);

    expect([exitCode, stderr]).toEqual([0, '']);
    const third = await world.remote.git('rev-parse', 'main');
    expect(stdout).toContain(`published ${third.slice(0, 12)}, which undoes ${second.slice(0, 12)}: Change app-a`);
    expect(await world.remote.git('rev-parse', 'main^')).toBe(second);
    expect(await world.remote.git('diff', '--name-only', first, third)).toBe('');
    expect((await fleet(['publish'])).stderr).toContain('somebody else changed generated files');
  });

  it('refuses an app that has no version before', async () => {
    const { stderr } = await fleet(['rollback', 'app-a', '--no-wait']);
    expect(stderr).toContain('the repository has no version of apps/app-a before the one that runs');
  });
});
