import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { fleet, fleetFile, machine } from './command-line';
import { deployment } from '../fakes/kubernetes/flux';
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
