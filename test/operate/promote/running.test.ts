import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { AppVersion } from '../../../model';
import { ClusterClient } from '../../../operate/cluster-client';
import { refusalOf, span } from '../../../operate/promote/gate';
import { runningIn } from '../../../operate/promote/running';
import { FakeApiServer } from '../../fakes/kubernetes/api-server';
import { fluxKustomization, gitRepository, helmRelease } from '../../fakes/kubernetes/flux';
import { deploymentWithPods } from '../../fakes/kubernetes/pods';
import type { KubernetesObject } from '../../fakes/kubernetes/store';
import { but, commit } from '../compared';

let server: FakeApiServer;
let client: ClusterClient;
const at = (minute: number) => `2026-11-27T10:${String(minute).padStart(2, '0')}:00.000Z`;
const web: AppVersion = { of: 'image', image: 'a.io/web', pin: { tag: '1' } };
const objects: AppVersion = { of: 'images', names: {}, pin: { tags: {} } };

beforeEach(async () => {
  server = await new FakeApiServer().start();
  client = new ClusterClient('dev', server.writeKubeconfig(join(mkdtempSync(join(tmpdir(), 'p-')), 'kubeconfig')));
  server.put(gitRepository(commit), fluxKustomization('flux-system', commit), fluxKustomization('app-a', commit));
});
afterEach(() => server.stop());

const pods = (...args: Parameters<typeof deploymentWithPods> extends [string, ...infer P] ? P : never) =>
  server.put(...deploymentWithPods('app-a', ...args));
const running = (declared: AppVersion) => runningIn(client, 'app-a', declared);
const change = (object: KubernetesObject, more: object) => server.put(but(object, more));

describe('what a cluster runs of a web app', () => {
  it('is the tag and the digest of its pods, ready since the last of them is', async () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    pods({ image: `a.io/web:2@${digest}`, since: at(5) }, { image: `a.io/web:2@${digest}`, since: at(9) });
    expect(await running(web)).toMatchObject({ pin: { tag: '2', digest }, unready: [], since: new Date(at(9)) });
  });

  it('is not that of pods that end, that are over, or of other containers', async () => {
    pods({ image: 'a.io/web:2', since: at(5), count: 3 });
    const [, ...all] = deploymentWithPods('app-a', { image: 'a.io/web:1', since: at(1), count: 3 });
    change(all[0]!, { metadata: { deletionTimestamp: at(6) } });
    change(all[1]!, { status: { phase: 'Failed' } });
    change(deploymentWithPods('app-a', { image: 'a.io/web:2', since: at(5), name: 'app-a-02' })[1]!, {
      spec: {
        containers: [
          { name: 'app-a', image: 'a.io/web:2' },
          { name: 'proxy', image: 'a.io/proxy:7' },
        ],
      },
    });
    expect((await running(web)).pin).toEqual({ tag: '2' });
  });

  it('is refused for two versions, none, and an image that fleet.ts does not have', async () => {
    await expect(running(web)).rejects.toThrow(/^cluster dev: app-a: it has no pod there\./);
    pods({ image: 'a.io/other:2', since: at(5) });
    await expect(running(web)).rejects.toThrow('its pods run the image a.io/other:2, and not one of a.io/web');
    pods({ image: 'a.io/web:2', since: at(5) }, { image: 'a.io/web:1' });
    await expect(running(web)).rejects.toThrow('a rollout is under way: its pods run 1 and 2');
    await expect(runningIn(client, 'app-b', web)).rejects.toThrow("the cluster's Flux does not have it yet");
  });
});

describe('what a cluster runs of an app of objects', () => {
  it('is the tag of each image by its name in the app, also of a CronJob, and without those with a digest', async () => {
    pods({ image: 'mirror.io/web:2', since: at(5) });
    const { metadata } = deploymentWithPods('app-a', { image: 'x' })[0]!;
    const containers = [
      { name: 'a', image: 'a.io/job:7' },
      { name: 'b', image: `a.io/fixed:1@sha256:${'0'.repeat(64)}` },
    ];
    const spec = { jobTemplate: { spec: { template: { spec: { containers } } } } };
    server.put({ apiVersion: 'batch/v1', kind: 'CronJob', metadata, spec });
    const { pin } = await running({ ...objects, names: { 'mirror.io/web': 'a.io/web' } });
    expect(pin).toEqual({ tags: { 'a.io/web': '2', 'a.io/job': '7' } });
  });

  it('is refused for two tags of an image', async () => {
    pods({ image: 'a.io/web:2', since: at(5) }, { image: 'a.io/web:3' });
    await expect(running(objects)).rejects.toThrow('a rollout is under way: its pods run 2 and 3');
  });
});

describe('what a cluster runs of a chart', () => {
  const release = (...history: readonly object[]) => change(helmRelease('app-a'), { status: { history } });
  const chart = (version: string): AppVersion => ({ of: 'chart', pin: { version } });

  it('is the version of the last release that Helm has deployed, since then', async () => {
    release(
      { status: 'failed', chartVersion: '3.0.0', lastDeployed: at(9) },
      { status: 'deployed', chartVersion: '2.0.0+build', lastDeployed: at(7) },
    );
    expect(await running(chart('1.0.0'))).toMatchObject({ pin: { version: '2.0.0+build' }, since: new Date(at(7)) });
  });

  it('is without the digest that Flux adds to one of a registry', async () => {
    release({ status: 'deployed', chartVersion: '2.0.0+0123456789ab', ociDigest: 'sha256:0123456789ab' });
    expect((await running(chart('1.0.0'))).pin).toEqual({ version: '2.0.0' });
    expect((await running(chart('2.0.0+build'))).pin).toEqual({ version: '2.0.0+build' });
  });

  it('is refused before there is a release', async () => {
    release();
    await expect(running(chart('1.0.0'))).rejects.toThrow('Helm has deployed no release of it yet');
  });
});

describe('since when an app is ready', () => {
  const history = (...all: readonly object[]) =>
    change(fluxKustomization('app-a', commit), { status: { history: all } });
  const succeeded = 'ReconciliationSucceeded';
  const since = async () => (await running(web)).since?.toISOString();

  it('begins anew when Flux has applied something else, and when that failed in between', async () => {
    pods({ image: 'a.io/web:2', since: at(5) });
    history(
      { lastReconciledStatus: succeeded, firstReconciled: at(8), lastReconciled: at(30) },
      { lastReconciledStatus: succeeded, firstReconciled: at(1), lastReconciled: at(7) },
    );
    expect(await since()).toBe(at(8));
    history(
      { lastReconciledStatus: succeeded, firstReconciled: at(8), lastReconciled: at(30) },
      { lastReconciledStatus: 'HealthCheckFailed', firstReconciled: at(12), lastReconciled: at(20) },
    );
    expect(await since()).toBe(at(20));
  });

  it('is not known of what is not ready', async () => {
    pods({ image: 'a.io/web:2' });
    expect(await since()).toBeUndefined();
  });
});

describe('the gate', () => {
  const gate = async (soak: number) =>
    refusalOf({ cluster: 'dev', app: 'app-a', running: await running(web), soak, now: Date.parse(at(10)) });

  it('opens when the time is over, and tells what is left until then', async () => {
    pods({ image: 'a.io/web:2', since: at(5) });
    expect(await gate(5 * 60_000)).toBeUndefined();
    expect(await gate(5 * 60_000 + 1)).toMatchObject({
      problem: 'it is ready there for 5m, and must be for 5m',
      next: expect.stringMatching(/^Run the same command again in 1s; `--override REASON`/) as string,
    });
    expect((await gate(3_723_000))!.next).toMatch(/in 57m3s;/);
  });

  it('prints a time as an option takes it', () => {
    expect([0, 999, 61_000, 3_600_000, 5_400_000].map(span)).toEqual(['0s', '0s', '1m1s', '1h', '1h30m']);
  });
});
