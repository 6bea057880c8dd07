import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { ClusterClient } from '../../operate/cluster-client';
import { running } from '../../operate/running';
import { FakeApiServer } from '../fakes/kubernetes/api-server';
import { deployment, fluxKustomization } from '../fakes/kubernetes/flux';

const folder = mkdtempSync(join(tmpdir(), 'running-'));
const commit = '1'.repeat(40);

let server: FakeApiServer;
let client: ClusterClient;
beforeEach(async () => {
  server = await new FakeApiServer().start();
  client = new ClusterClient('dev', server.writeKubeconfig(join(folder, 'kubeconfig')));
});
afterEach(() => server.stop());

it('gives each Deployment of an app with its pods, its image and the commit that the cluster has applied', async () => {
  server.put(
    fluxKustomization('flux-system', commit),
    fluxKustomization('app-a', commit),
    deployment('app-a', { ready: 1, replicas: 2 }, 'podinfo:6.9.2'),
  );
  expect(await running(client)).toEqual([
    { cluster: 'dev', app: 'app-a', ready: 1, replicas: 2, image: 'podinfo:6.9.2', commit },
  ]);
});

it('finds what a HelmRelease has made, and leaves out what Flux did not make', async () => {
  const ofHelm = deployment('app-b', { ready: 1, replicas: 1 });
  server.put(
    fluxKustomization('app-b', commit),
    { ...ofHelm, metadata: { ...ofHelm.metadata, labels: { 'helm.toolkit.fluxcd.io/name': 'app-b' } } },
    { ...ofHelm, metadata: { name: 'by-hand', namespace: 'app-b' } },
  );
  expect((await running(client)).map(({ app, image }) => [app, image])).toEqual([['app-b', 'app-b:1']]);
});

it('counts as 0 what has no status yet', async () => {
  const fresh = deployment('app-a', { ready: 0, replicas: 1 });
  server.put(fluxKustomization('app-a', undefined), { ...fresh, status: undefined });
  expect(await running(client)).toMatchObject([{ ready: 0, replicas: 1, commit: '' }]);
});

it('has an app without a Deployment', async () => {
  server.put(fluxKustomization('maps', commit));
  expect(await running(client)).toEqual([{ cluster: 'dev', app: 'maps', ready: 0, replicas: 0, image: '', commit }]);
});
