import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FleetError } from '../../model';
import { applied, stillMissing } from '../../operate/applied';
import { ClusterClient } from '../../operate/cluster-client';
import { FakeApiServer } from '../fakes/kubernetes/api-server';
import { fluxKustomization, gitRepository, handled, helmRelease, type Ready, revision } from '../fakes/kubernetes/flux';
import type { KubernetesObject } from '../fakes/kubernetes/store';

const folder = mkdtempSync(join(tmpdir(), 'applied-'));
const [before, commit, newer] = ['1'.repeat(40), '2'.repeat(40), '3'.repeat(40)];
const failed = { status: 'False', reason: 'HealthCheckFailed', message: 'timeout\nmore' } as const;

let server: FakeApiServer;
let client: ClusterClient;
/** The apps of each commit that counts. */
let units: Record<string, string[]>;
beforeEach(async () => {
  units = { [commit]: ['app-a'] };
  server = await new FakeApiServer().start();
  server.onWrite = (object) => server.put(...handled(object));
  client = new ClusterClient('dev', server.writeKubeconfig(join(folder, 'kubeconfig'), 'kind-cluster-dev'));
});
afterEach(() => server.stop());

const unitsAt = (_: string, of: string) => Promise.resolve(units[of]);
const wait = (timeout = 5000, report?: (missing: readonly string[]) => void) =>
  applied({ client, unitsAt, timeout, report });
const refusal = async (timeout = 1) => {
  const error: unknown = await wait(timeout).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(FleetError);
  return (error as FleetError).problems[0]!;
};
/** What is missing when no time is given. */
const missing = async () => {
  const { place, problem, next } = await refusal();
  expect(place).toBe('cluster dev');
  expect(next).toContain('kubectl --context kind-cluster-dev -n flux-system get');
  return problem.replace(/^not ready after [\d.]+ s: /, '');
};
const asked = () =>
  server.requests.filter(({ method }) => method === 'PATCH').map(({ path }) => path.split('/').slice(-2).join('/'));
const everything = (of = commit) => [
  gitRepository(of),
  fluxKustomization('flux-system', of),
  fluxKustomization('app-a', of),
];
/** An object with other metadata, specification or status. */
const but = (
  object: KubernetesObject,
  more: { metadata?: object; spec?: object; status?: object },
): KubernetesObject => ({
  ...object,
  metadata: { ...object.metadata, ...more.metadata },
  spec: { ...(object['spec'] as object), ...more.spec },
  status: { ...(object['status'] as object), ...more.status },
});
const event = (kind: string, name: string, reason: string, message: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: `${name}.${reason}`, namespace: 'flux-system' },
  involvedObject: { kind, name, namespace: 'flux-system' },
  reason,
  message,
});

describe('waiting for a commit', () => {
  it('ends when every Flux object has applied it, has been asked to compare, and is ready', async () => {
    server.put(...everything(), helmRelease('app-a'));
    expect(await wait()).toEqual([]);
    expect(asked()).toEqual(['kustomizations/flux-system', 'kustomizations/app-a', 'helmreleases/app-a']);
  });

  it('does not end before what was asked has been done', async () => {
    server.put(...everything());
    server.onWrite = (object) => server.put(...(object.metadata.name === 'app-a' ? [] : handled(object)));
    expect((await refusal(700)).problem).toContain('Flux Kustomization app-a is being compared with the commit');
  });

  it('tells Flux to fetch now, and follows as it applies', async () => {
    server.put(...everything(before));
    server.onWrite = (object) => {
      const { annotations, name } = object.metadata;
      expect(Date.parse(annotations!['reconcile.fluxcd.io/requestedAt']!)).toBeGreaterThan(Date.now() - 60_000);
      if (object.kind !== 'GitRepository') return server.put(...handled(object));
      expect(name).toBe('flux-system');
      server.put(gitRepository(commit), fluxKustomization('flux-system', commit));
      setTimeout(() => server.put(fluxKustomization('app-a', commit)), 800);
    };
    const report = vi.fn();
    await wait(5000, report);
    expect(asked()[0]).toBe('gitrepositories/flux-system');
    expect(report.mock.calls).toContainEqual([['Flux Kustomization app-a has not applied the commit yet']]);
  });

  it('tells Flux to try again at once what failed', async () => {
    server.put(
      gitRepository(commit),
      fluxKustomization('flux-system', commit),
      fluxKustomization('app-a', before, failed),
    );
    server.onWrite = (object) =>
      server.put(
        ...handled(
          object.metadata.name === 'app-a' ? but(object, { status: everything()[2]!['status'] as object }) : object,
        ),
      );
    await wait();
    expect(asked()).toContain('kustomizations/app-a');
  });

  it('lets a HelmRelease that has failed too often try again, and no other', async () => {
    const exhausted = { status: 'False', reason: 'RetriesExceeded', message: 'Failed to upgrade' } as const;
    const app = but(fluxKustomization('app-a', before, failed), {
      status: { lastAttemptedRevision: revision(commit) },
    });
    units = { [commit]: ['app-a', 'app-b'] };
    server.put(gitRepository(commit), fluxKustomization('flux-system', commit), app, helmRelease('app-a', exhausted));
    server.put(fluxKustomization('app-b', commit), helmRelease('app-b'));
    server.onWrite = (object) => {
      server.put(...handled(object));
      if (object.kind !== 'HelmRelease' || object.metadata.name !== 'app-a') return;
      server.put(
        ...handled({ ...helmRelease('app-a'), metadata: object.metadata }),
        fluxKustomization('app-a', commit),
      );
    };
    await wait();
    const resets = server.requests.filter(({ method, path }) => method === 'PATCH' && path.includes('helmreleases'));
    const annotations = Object.fromEntries(
      resets.map(({ body }) => [body!.metadata.name, body!.metadata.annotations!]),
    );
    expect(annotations['app-a']!['reconcile.fluxcd.io/resetAt']).toBe(
      annotations['app-a']!['reconcile.fluxcd.io/requestedAt'],
    );
    expect(annotations['app-b']).not.toHaveProperty('reconcile.fluxcd.io/resetAt');
  });

  it('takes a commit on top of the published one, with the apps of that commit', async () => {
    units = { [commit]: ['app-a', 'app-b'], [newer]: ['app-a'] };
    server.put(...everything(newer));
    await wait();
  });

  it('keeps as done what was ready once', async () => {
    units = { [commit]: ['app-a', 'app-b'] };
    server.put(...everything(), fluxKustomization('app-b', before));
    const report = vi.fn();
    server.onWrite = (object) => {
      server.put(...handled(object));
      if (object.metadata.name !== 'app-a') return;
      setTimeout(() => server.put(but(object, { status: { conditions: [{ type: 'Ready', ...failed }] } })), 700);
      setTimeout(() => server.put(fluxKustomization('app-b', commit)), 1500);
    };
    await wait(5000, report);
    expect(JSON.stringify(report.mock.calls.slice(1))).not.toContain('app-a is not ready');
  });

  it.each([
    { answer: 500, message: 'etcdserver: request timed out', times: 2 },
    { answer: 'cut', times: 2 },
  ] as const)('goes on after an error of the API server: $answer', async (fault) => {
    server.put(...everything());
    server.fail(fault);
    await wait();
  });

  it('names the error when the API server answers with nothing else', async () => {
    server.fail({ answer: 503, message: 'shutting down' });
    expect(await missing()).toBe('the API server does not answer as it should (503: shutting down)');
  });
});

describe('what is missing', () => {
  it('names a repository that is not fetched, with the reason that Flux gives', async () => {
    server.put(gitRepository(before, { status: 'False', reason: 'GitOperationFailed', message: 'no host key' }));
    expect(await missing()).toBe('the repository is not fetched yet (GitOperationFailed: no host key)');
  });

  it('names the root before the apps, which it still has to change', async () => {
    server.put(gitRepository(commit), fluxKustomization('flux-system', before), fluxKustomization('app-a', before));
    expect(await missing()).toBe('Flux Kustomization flux-system has not applied the commit yet');
  });

  it('names each app that has not applied it, is not ready, is missing, or is being removed', async () => {
    units = { [commit]: ['app-a', 'app-b', 'app-d', 'app-e'] };
    const deletionTimestamp = '2026-01-01T00:00:00Z';
    server.put(
      gitRepository(commit),
      fluxKustomization('flux-system', commit),
      fluxKustomization('app-a', before, failed),
      fluxKustomization('app-b', commit, { status: 'Unknown' }),
      but(fluxKustomization('app-c', before), { metadata: { deletionTimestamp } }),
      fluxKustomization('app-d', commit),
    );
    expect(await stillMissing(client, unitsAt)).toEqual([
      'Flux Kustomization app-a has not applied the commit yet (HealthCheckFailed: timeout)',
      'Flux Kustomization app-b is not ready',
      'Flux Kustomization app-e is missing',
      'Flux Kustomization app-c is being removed',
    ]);
  });

  it('does not take an object as ready that Flux has not looked at since it changed', async () => {
    const app = fluxKustomization('app-a', commit);
    server.put(...everything());
    server.put({ ...app, spec: { path: './elsewhere' } });
    expect(await stillMissing(client, unitsAt)).toEqual(['Flux Kustomization app-a is not ready']);
  });

  it('has a chart that Flux has not read from the commit', async () => {
    const chart = (of: string): KubernetesObject => ({
      ...gitRepository(undefined, { status: 'True' }, 'flux-system-app-a'),
      kind: 'HelmChart',
      status: {
        observedGeneration: 1,
        conditions: [{ type: 'Ready', status: 'True' }],
        observedSourceArtifactRevision: revision(of),
      },
    });
    const release = but(helmRelease('app-a'), { status: { helmChart: 'flux-system/flux-system-app-a' } });
    server.put(...everything(), release, chart(before));
    expect(await stillMissing(client, unitsAt)).toEqual(['the chart of HelmRelease app-a is not read yet']);
    server.put(chart(commit));
    expect(await stillMissing(client, unitsAt)).toEqual([]);
  });

  it("has nothing of a tenant's own folder, and no Flux Kustomization of somebody else", async () => {
    const labels = { 'flux-fleet/tenant': 'team-a' };
    const theirs = but(fluxKustomization('theirs', before, failed), { metadata: { labels } });
    const others = but(fluxKustomization('others', before, failed), { metadata: { labels: {} } });
    server.put(...everything(), theirs, others);
    await wait();
  });

  it('is short for a Job that changed, and says what to do', async () => {
    const template = 'core.PodTemplateSpec{' + 'Name:"x", '.repeat(500) + '}';
    const message = `Job/a/a dry-run failed (Invalid): Job.batch "a" is invalid: spec.template: Invalid value: ${template}: field is immutable`;
    const invalid: Ready = { status: 'False', reason: 'ReconciliationFailed', message };
    server.put(
      gitRepository(commit),
      fluxKustomization('flux-system', commit),
      fluxKustomization('app-a', before, invalid),
    );
    const { problem, next } = await refusal(700);
    expect(problem).toContain('Job.batch "a" is invalid: spec.template: Invalid value: …: field is immutable)');
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
    server.put(
      ...everything(),
      but(fluxKustomization('app-c', before), { metadata: { deletionTimestamp }, status: { inventory } }),
      {
        ...header,
        kind: 'PersistentVolumeClaim',
        metadata: { ...header.metadata, name: 'claim', namespace: 'app-c', finalizers: ['example.org/hold'] },
      },
      { ...header, kind: 'Namespace', status: { conditions } },
    );
    expect((await refusal(700)).problem).toContain(
      'Flux Kustomization app-c is being removed, and waits for ' +
        `PersistentVolumeClaim/app-c/claim (finalizer example.org/hold), Namespace/app-c (${message})`,
    );
  });
});

describe('a suspended object', () => {
  const manager = { manager: 'flux', operation: 'Update', fieldsV1: { 'f:spec': { 'f:suspend': {} } } };
  const suspended = (object: KubernetesObject, metadata = {}) =>
    but(object, { spec: { suspend: true }, metadata: { managedFields: [manager], ...metadata } });

  it.each([
    ['GitRepository', 0],
    ['Flux Kustomization', 1],
    ['Flux Kustomization', 2],
    ['HelmRelease', 3],
  ])('ends the wait at once, and is not resumed: %s', async (kind, index) => {
    const all = [...everything(), helmRelease('app-a')];
    all[index] = suspended(all[index]!);
    server.put(...all);
    const { problem, next } = await refusal(60_000);
    expect(problem).toBe(
      `${kind} ${all[index]!.metadata.name} is suspended by \`flux\`, so nothing of it is compared with the commit`,
    );
    expect(asked()).toEqual([]);
    expect(next).toMatch(
      /kubectl --context kind-cluster-dev -n flux-system patch \S+ \S+ --type merge -p '\{"spec":\{"suspend":false\}\}'/,
    );
  });

  it('is named with the person whom an annotation names', async () => {
    const annotations = { 'fluxcd.controlplane.io/suspendedBy': 'ada@example.org' };
    const [source, root, app] = everything() as [KubernetesObject, KubernetesObject, KubernetesObject];
    server.put(source, root, suspended(app, { annotations }));
    expect((await refusal()).problem).toContain('is suspended by ada@example.org, with `flux`');
  });

  it("is none of the fleet's business where it is a tenant's own", async () => {
    server.put(
      ...everything(),
      suspended(fluxKustomization('theirs', before), { labels: { 'flux-fleet/tenant': 'a' } }),
    );
    await wait();
  });
});

describe('what was corrected', () => {
  const correct = (name: string, ...events: readonly KubernetesObject[]) => {
    server.onWrite = (object) => {
      server.put(...handled(object));
      if (object.metadata.name === name) server.put(...events);
    };
  };
  const change = event(
    'Kustomization',
    'app-a',
    'Progressing',
    'Namespace/app-a created\nDeployment/app-a/app-a configured',
  );

  it('is what Flux changed since it was asked, where the commit had been applied before', async () => {
    server.put(...everything(), event('Kustomization', 'app-a', 'Old', 'Service/app-a/app-a configured'));
    correct('app-a', change, event('Kustomization', 'app-a', 'Done', 'Reconciliation finished in 1s, next run in 50s'));
    expect(await wait()).toEqual(['Deployment/app-a/app-a configured', 'Namespace/app-a created']);
  });

  it('has what Helm installed again or brought back', async () => {
    const drift =
      'Cluster state of release app-a/app-a.v1 has been corrected:\nDeployment/app-a/app-a patched (1 change)';
    server.put(...everything(), helmRelease('app-a'));
    correct(
      'app-a',
      event('HelmRelease', 'app-a', 'DriftCorrected', drift),
      event('HelmRelease', 'app-a', 'InstallSucceeded', 'Helm install'),
    );
    expect(await wait()).toEqual(['Deployment/app-a/app-a patched', 'HelmRelease/app-a installed']);
  });

  it('has nothing that the commit itself changed', async () => {
    server.put(gitRepository(commit), fluxKustomization('flux-system', commit), fluxKustomization('app-a', before));
    server.onWrite = (object) => {
      server.put(...handled(object));
      if (object.metadata.name === 'app-a') server.put(change, fluxKustomization('app-a', commit));
    };
    expect(await wait()).toEqual([]);
  });
});
