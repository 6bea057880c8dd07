import { expect, it } from 'vitest';

import type { FluxObject } from '../../../operate/cluster-client';
import { statusOf } from '../../../operate/status/cluster-status';
import { fluxKustomization, gitRepository, helmRelease, type Ready } from '../../fakes/kubernetes/flux';
import type { KubernetesObject } from '../../fakes/kubernetes/store';
import { before, but, commit } from '../compared';

const failed: Ready = { status: 'False', reason: 'BuildFailed', message: 'no such file' };
const generation = { metadata: { generation: 1 } };
const status = (objects: readonly KubernetesObject[], workloads: Parameters<typeof statusOf>[1] = []) =>
  statusOf(objects.map((object) => but(object, generation)) as unknown as FluxObject[], workloads);
const root = fluxKustomization('flux-system', commit);
const deployment = (name: string) =>
  ({ kind: 'Deployment', namespace: name, name, ready: 1, wanted: 2, images: ['podinfo:6.9.2'] }) as const;

it('compares each app with the commit that Flux has fetched last', () => {
  const { fetched, units } = status([
    gitRepository(commit),
    root,
    fluxKustomization('app-a', commit),
    fluxKustomization('app-b', before, failed),
    fluxKustomization('app-c', before),
  ]);
  expect(fetched).toBe(commit);
  expect(units.map(({ name, state, commit }) => [name, state, commit])).toEqual([
    ['app-a', 'ready', commit],
    ['app-b', 'failed', before],
    ['app-c', 'waiting', before],
  ]);
  expect(units[1]!.detail).toContain('BuildFailed: no such file');
});

it('keeps the apps as they are while the repository cannot be read, and says so at the root', () => {
  const { root: own, units } = status([gitRepository(commit, failed), root, fluxKustomization('app-a', commit)]);
  expect(own).toMatchObject({
    state: 'failed',
    detail: 'the repository is not fetched yet (BuildFailed: no such file)',
  });
  expect(units).toMatchObject([{ state: 'ready' }]);
});

it('names what an app waits for, down to what is not ready', () => {
  const waiting: Ready = { status: 'False', reason: 'DependencyNotReady', message: "dependency 'x' is not ready" };
  const late = but(fluxKustomization('app-b', before, waiting), {
    spec: { dependsOn: [{ name: 'flux-system' }, { name: 'app-a' }] },
  });
  const { units } = status([gitRepository(commit), root, fluxKustomization('app-a', before, failed), late]);
  expect(units[1]).toMatchObject({ name: 'app-b', state: 'waiting', waitsFor: ['app-a'] });
});

it('says who has suspended an app and why', () => {
  const annotations = {
    'fluxcd.controlplane.io/suspendedBy': 'ada@example.org',
    'flux-fleet/suspend-reason': 'the database moves',
  };
  const app = but(fluxKustomization('app-a', commit), { spec: { suspend: true }, metadata: { annotations } });
  expect(status([gitRepository(commit), root, app]).units[0]!.suspended).toEqual({
    subject: 'Flux Kustomization app-a',
    by: 'ada@example.org',
    reason: 'the database moves',
  });
});

it('has the workloads that Flux applied for an app or Helm for its release, and no others', () => {
  const byFlux = (name: string, namespace = 'flux-system') => ({
    'kustomize.toolkit.fluxcd.io/name': name,
    'kustomize.toolkit.fluxcd.io/namespace': namespace,
  });
  const byHelm = { 'helm.toolkit.fluxcd.io/name': 'app-b', 'helm.toolkit.fluxcd.io/namespace': 'flux-system' };
  const { units } = status(
    [
      gitRepository(commit),
      root,
      fluxKustomization('app-a', commit),
      fluxKustomization('app-b', commit),
      helmRelease('app-b'),
    ],
    [
      { workload: deployment('app-a'), labels: byFlux('app-a') },
      { workload: deployment('chart'), labels: byHelm },
      { workload: deployment('theirs'), labels: byFlux('app-a', 'team-a') },
      { workload: deployment('by-hand'), labels: {} },
    ],
  );
  expect(units.map(({ workloads }) => workloads)).toEqual([[deployment('app-a')], [deployment('chart')]]);
});

it('tells what was changed by hand in a Helm release', () => {
  const drifted = { type: 'Drifted', status: 'True', message: 'Deployment/app-a/app-a changed' };
  const release = but(helmRelease('app-a'), {
    status: { lastAttemptedRevision: '6.9.2', conditions: [{ type: 'Ready', status: 'True' }, drifted] },
  });
  const { units } = status([gitRepository(commit), root, fluxKustomization('app-a', commit), release]);
  expect(units[0]!.charts).toEqual([
    { name: 'app-a', namespace: 'flux-system', version: '6.9.2', ready: true, drift: drifted.message },
  ]);
});

it.each<Ready>([
  { status: 'Unknown', reason: 'Progressing' },
  { status: 'False', reason: 'DependencyNotReady' },
])('takes what Flux compares once more as ready while its pods are: $status', (condition) => {
  const objects = [gitRepository(commit), root, fluxKustomization('app-a', commit, condition)];
  const labels = {
    'kustomize.toolkit.fluxcd.io/name': 'app-a',
    'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
  };
  const workload = deployment('app-a');
  const stateWith = (ready: number) => status(objects, [{ workload: { ...workload, ready }, labels }]).units[0]!.state;
  expect([stateWith(2), stateWith(1)]).toEqual(['ready', 'waiting']);
});
