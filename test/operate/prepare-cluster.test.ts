import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { ClusterClient } from '../../operate/cluster-client';
import { prepareCluster } from '../../operate/prepare-cluster';
import { FakeApiServer } from '../fakes/kubernetes/api-server';
import { fluxKustomization } from '../fakes/kubernetes/flux';

const commit = '1'.repeat(40);
const decryption = { provider: 'sops', secretRef: { name: 'sops-age' } };
const earlier = (name: string, spec: object) => ({ ...fluxKustomization(name, commit), spec });
const keys = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'sops-age', namespace: 'flux-system' } };

let server: FakeApiServer;
let client: ClusterClient;
beforeEach(async () => {
  server = await new FakeApiServer().start();
  const folder = mkdtempSync(join(tmpdir(), 'prepare-'));
  client = new ClusterClient('dev', server.writeKubeconfig(join(folder, 'kubeconfig')));
});
afterEach(() => server.stop());

const specs = async () =>
  Object.fromEntries((await client.list('Kustomization')).map(({ metadata, spec }) => [metadata.name, spec]));

it('lets the apps of an earlier version decrypt, and wait for the root, before the next commit', async () => {
  server.put(keys, earlier('app-a', { path: './a' }), earlier('app-b', { dependsOn: [{ name: 'app-a' }], decryption }));
  await prepareCluster(client);
  expect(await specs()).toEqual({
    'app-a': { path: './a', dependsOn: [{ name: 'flux-system' }], decryption },
    'app-b': { dependsOn: [{ name: 'flux-system' }, { name: 'app-a' }], decryption },
  });
});

it('configures no decryption in a cluster without keys, where it would fail', async () => {
  server.put(earlier('app-a', {}));
  await prepareCluster(client);
  expect(await specs()).toEqual({ 'app-a': { dependsOn: [{ name: 'flux-system' }] } });
});

it('changes nothing of this version, of the root, and of others', async () => {
  const root = earlier('flux-system', {});
  const others = { ...earlier('others', {}), metadata: { name: 'others', namespace: 'flux-system' } };
  server.put(keys, root, others, earlier('app-a', { dependsOn: [{ name: 'flux-system' }], decryption }));
  await prepareCluster(client);
  expect(server.requests.filter(({ method }) => method === 'PATCH')).toEqual([]);
});
