import { describe, expect, it } from 'vitest';

import { causeLines, foldCauses } from '../../../operate/explain';
import { fluxKustomization, gitRepository, revision } from '../../fakes/kubernetes/flux';
import type { KubernetesObject } from '../../fakes/kubernetes/store';
import { but, commit } from '../compared';
import { container, deployed, event, explainedClusters, inventory, pod } from './world';

const cluster = explainedClusters();
const put = (...objects: readonly KubernetesObject[]) => cluster.current.server.put(...objects);

const running = { status: 'Unknown', reason: 'Progressing', message: 'Running health checks' } as const;
const base = () => [gitRepository(commit), fluxKustomization('flux-system', commit)];
/** An app that Flux has applied and waits for. */
const app = (name: string, condition: Parameters<typeof fluxKustomization>[2] = running) =>
  but(fluxKustomization(name, undefined, condition), {
    status: { lastAttemptedRevision: revision(commit), ...inventory(name) },
  });

describe('causes of what runs', () => {
  it('tells an image that does not exist while Flux still waits', async () => {
    const message =
      'Back-off pulling image "ghcr.io/stefanprodan/podinfo:9.9.9": ErrImagePull: failed to pull and unpack image "ghcr.io/stefanprodan/podinfo:9.9.9": ghcr.io/stefanprodan/podinfo:9.9.9: not found';
    put(...base(), app('app-a'), ...deployed('app-a'));
    put(
      pod('app-a', {
        phase: 'Pending',
        containerStatuses: [container('app-a', { waiting: { reason: 'ImagePullBackOff', message } })],
      }),
    );
    expect(await cluster.current.causes('app-a')).toEqual([
      {
        cluster: 'dev',
        unit: 'app-a',
        rule: 'image-not-found',
        subject: 'Pod app-a/app-a-2-x',
        problem:
          'image `ghcr.io/stefanprodan/podinfo:9.9.9` does not exist: the registry answers, and does not have this tag or digest',
        next: 'Set a tag that exists for `app-a` in `fleet.ts`, or push the image; then run `npm run up`',
        outcome: 'may heal',
        trail: [
          { subject: 'Kustomization flux-system/app-a', reason: 'Progressing', message: 'Running health checks' },
          { subject: 'Pod app-a/app-a-2-x', reason: 'ImagePullBackOff', message },
        ],
      },
    ]);
  });

  it('reads the cause from an event where the pod does not have it', async () => {
    put(...base(), app('app-a'), ...deployed('app-a'));
    const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image "x"' };
    put(pod('app-a', { phase: 'Pending', containerStatuses: [container('app-a', { waiting })] }));
    put(
      event(
        'app-a',
        { kind: 'Pod', name: 'app-a-2-x' },
        { reason: 'Failed', message: 'Failed to pull image "x": 401 Unauthorized' },
      ),
    );
    expect((await cluster.current.causes('app-a')).map(({ rule }) => rule)).toEqual(['image-denied']);
  });

  it('does not look at the pods of an earlier ReplicaSet', async () => {
    put(...base(), app('app-a'), ...deployed('app-a'));
    const waiting = { reason: 'ErrImagePull', message: 'x: not found' };
    put(
      pod('app-a', { phase: 'Pending', containerStatuses: [container('app-a', { waiting })] }, { parent: 'app-a-1' }),
    );
    expect(await cluster.current.causes('app-a')).toEqual([]);
  });

  it('tells what Pod Security refuses', async () => {
    const message =
      'pods "app-a-2-x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true (pod or container "app-a" must set securityContext.runAsNonRoot=true)';
    const conditions = [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }];
    put(...base(), app('app-a'), ...deployed('app-a', { conditions }));
    expect(await cluster.current.causes('app-a')).toMatchObject([
      { rule: 'pod-security', subject: 'ReplicaSet app-a/app-a-2', outcome: 'may heal' },
    ]);
  });

  it('shows the last lines of a container that crashes', async () => {
    put(...base(), app('app-a'), ...deployed('app-a'));
    const state = { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container' } };
    const lastState = { terminated: { exitCode: 2, reason: 'Error' } };
    const status = container('app-a', state, { lastState, restartCount: 3 });
    put(pod('app-a', { phase: 'Running', containerStatuses: [status] }));
    cluster.current.server.logs.set('app-a/app-a-2-x', 'starting\nno DATABASE_URL\n');
    const causes = await cluster.current.causes('app-a');
    expect(causes).toMatchObject([{ rule: 'crash-loop', log: ['starting', 'no DATABASE_URL'] }]);
    const log = cluster.current.server.requests.find(({ path }) => path.endsWith('/log'));
    expect(Object.fromEntries(log!.query)).toEqual({ container: 'app-a', previous: 'true', tailLines: '10' });
    expect(causeLines(foldCauses(causes)[0]!)).toContain('  | no DATABASE_URL');
  });

  it('has none for what is ready, and for pods that only start', async () => {
    put(...base(), app('app-a'), ...deployed('app-a'), app('app-b', { status: 'True' }));
    const waiting = { reason: 'ContainerCreating' };
    put(pod('app-a', { phase: 'Pending', containerStatuses: [container('app-a', { waiting })] }));
    expect(await cluster.current.causes('app-a', 'app-b')).toEqual([]);
  });
});

describe('causes in Flux', () => {
  const failed = (reason: string, message: string) => ({ status: 'False', reason, message }) as const;

  it('shows what no rule knows in the own words of the cluster', async () => {
    put(...base(), app('app-a', failed('SomethingNew', 'never seen')));
    expect(await cluster.current.causes('app-a')).toMatchObject([
      {
        problem: "this failure is not in the catalogue, so these are the cluster's own words: SomethingNew: never seen",
        next: 'Run `kubectl --context kind-cluster-dev -n flux-system describe kustomization app-a` to see more',
      },
    ]);
  });

  it('folds what waits for another app under that', async () => {
    const waits = failed('DependencyNotReady', "dependency 'flux-system/app-a' is not ready");
    const after = (name: string, on: string) => but(app(name, waits), { spec: { dependsOn: [{ name: on }] } });
    put(
      ...base(),
      app('app-a', failed('BuildFailed', 'kustomize build failed: x')),
      after('app-b', 'app-a'),
      after('app-c', 'app-b'),
    );
    const causes = await cluster.current.causes('app-a', 'app-b', 'app-c');
    expect(causes).toMatchObject([
      { unit: 'app-a', rule: 'build-failed', outcome: 'final', waiting: ['app-b', 'app-c'] },
    ]);
    expect(causeLines(foldCauses(causes)[0]!)).toContain('  app-b and app-c wait for it.');
  });

  it('does not take for final what Flux tells of the revision before', async () => {
    const old = but(app('app-a', failed('BuildFailed', 'kustomize build failed: x')), {
      status: { lastAttemptedRevision: revision('1'.repeat(40)) },
    });
    put(...base(), old);
    expect(await cluster.current.causes('app-a')).toMatchObject([{ outcome: 'may heal' }]);
  });
});

describe('causes around the apps', () => {
  it('tells who has suspended an app, and why', async () => {
    const annotations = {
      'fluxcd.controlplane.io/suspendedBy': 'ada',
      'flux-fleet/suspend-reason': 'database migration',
    };
    const suspended = but(app('app-a', { status: 'True' }), { metadata: { annotations }, spec: { suspend: true } });
    put(...base(), suspended);
    expect((await cluster.current.causes('app-a')).map(({ problem }) => problem)).toEqual([
      'Kustomization app-a is suspended by ada, reason: database migration; until it is resumed, no commit is applied and nothing is corrected',
    ]);
  });

  it('tells of a controller that is not ready, down to its pod', async () => {
    const [deployment, replicaSet] = deployed('flux-system');
    const named = { ...deployment!, metadata: { ...deployment!.metadata, name: 'kustomize-controller' } };
    put(...base(), app('app-a'), { ...named, status: { replicas: 1 } }, replicaSet!);
    expect(await cluster.current.causes('app-a')).toMatchObject([
      { unit: 'flux-system', rule: 'controller-not-ready', subject: 'Deployment flux-system/kustomize-controller' },
    ]);
    const waiting = { reason: 'ErrImagePull', message: 'failed to pull: x: not found' };
    put(pod('flux-system', { phase: 'Pending', containerStatuses: [container('manager', { waiting })] }));
    expect(await cluster.current.causes('app-a')).toMatchObject([{ unit: 'flux-system', rule: 'image-not-found' }]);
  });

  it('names an object that two apps have', async () => {
    const second = but(app('app-b', { status: 'True' }), { status: inventory('app-a') });
    put(...base(), app('app-a', { status: 'True' }), second);
    expect(await cluster.current.causes('app-a', 'app-b')).toMatchObject([
      {
        unit: 'app-b',
        rule: 'two-owners',
        problem:
          "Deployment/app-a/app-a is applied by both `app-a` and `app-b`: each undoes the other's changes, and removing one deletes it",
      },
    ]);
  });

  it('tells of a Receiver without its token, and of an app that is not in the cluster', async () => {
    const message = "invalid 'flux-system/receiver-token' secret data: required fields 'token'";
    put(...base(), {
      apiVersion: 'notification.toolkit.fluxcd.io/v1',
      kind: 'Receiver',
      metadata: { name: 'receiver', namespace: 'flux-system' },
      status: { conditions: [{ type: 'Ready', status: 'False', reason: 'TokenNotFound', message }] },
    });
    const rules = (await cluster.current.causes('app-z')).map(({ rule }) => rule);
    expect(rules).toEqual(['receiver-without-token', 'unit-missing']);
  });
});

describe('causes of charts', () => {
  const labels = {
    'kustomize.toolkit.fluxcd.io/name': 'app-b',
    'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
  };
  const release = (condition: object, more: object = {}) => ({
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name: 'app-b', namespace: 'flux-system', labels },
    spec: { targetNamespace: 'app-b' },
    status: { observedGeneration: 1, conditions: [condition], helmChart: 'flux-system/flux-system-app-b', ...more },
  });

  it('goes from a release to its chart', async () => {
    const message = 'invalid chart reference: stat /tmp/helmchart-1/source/charts/nothing: no such file or directory';
    const failed = {
      type: 'Ready',
      status: 'False',
      reason: 'SourceNotReady',
      message: `HelmChart is not ready: ${message}`,
    };
    put(...base(), app('app-b'), release(failed), {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'HelmChart',
      metadata: { name: 'flux-system-app-b', namespace: 'flux-system' },
      spec: { sourceRef: { kind: 'GitRepository', name: 'flux-system' } },
      status: { conditions: [{ type: 'Ready', status: 'False', reason: 'InvalidChartReference', message }] },
    });
    const causes = await cluster.current.causes('app-b');
    expect(causes).toMatchObject([{ rule: 'chart-path-missing', subject: 'HelmChart flux-system/flux-system-app-b' }]);
    expect(causes[0]!.trail.map(({ subject }) => subject)).toEqual([
      'Kustomization flux-system/app-b',
      'HelmRelease flux-system/app-b',
      'HelmChart flux-system/flux-system-app-b',
    ]);
  });

  it('goes from a release that waits to the pods of its Deployment, and is final once Flux has given up', async () => {
    const message =
      "Helm install failed for release app-b/app-b with chart a@1: timeout waiting for: [Deployment/app-b/app-b status: 'InProgress']";
    const failed = { type: 'Ready', status: 'False', reason: 'InstallFailed', message };
    const [deployment, replicaSet] = deployed('app-b');
    const own = { 'helm.toolkit.fluxcd.io/name': 'app-b', 'helm.toolkit.fluxcd.io/namespace': 'flux-system' };
    put(...base(), but(app('app-b'), { status: { inventory: undefined } }), release(failed));
    put({ ...deployment!, metadata: { ...deployment!.metadata, labels: own } }, replicaSet!);
    const unschedulable = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: '0/1 nodes are available: 1 Insufficient cpu.',
    };
    put(pod('app-b', { phase: 'Pending', conditions: [unschedulable] }));
    expect(await cluster.current.causes('app-b')).toMatchObject([{ rule: 'node-resources', outcome: 'may heal' }]);
    put({
      ...release(failed),
      status: { conditions: [failed, { type: 'Stalled', status: 'True', reason: 'RetriesExceeded' }] },
    });
    expect(await cluster.current.causes('app-b')).toMatchObject([{ rule: 'node-resources', outcome: 'final' }]);
  });
});
