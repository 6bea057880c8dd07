import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CoreV1Api, KubeConfig, KubernetesObjectApi, Watch } from '@kubernetes/client-node';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { FakeApiServer } from './api-server';

const folder = mkdtempSync(join(tmpdir(), 'api-server-'));
const configMap = (name: string, data: Record<string, string>, labels = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', labels },
  data,
});

let server: FakeApiServer;
let config: KubeConfig;
let api: KubernetesObjectApi;
beforeEach(async () => {
  server = await new FakeApiServer().start();
  config = new KubeConfig();
  config.loadFromFile(server.writeKubeconfig(join(folder, 'kubeconfig')));
  api = KubernetesObjectApi.makeApiClient(config);
});
afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 9 });
});

it('lets the client create, read, patch, list and delete objects', async () => {
  await api.create(configMap('a', { x: '1' }, { team: 'a' }));
  await api.create(configMap('b', {}));
  await api.patch(
    { ...configMap('a', { y: '2' }) },
    undefined,
    undefined,
    undefined,
    undefined,
    'application/merge-patch+json',
  );

  expect(await api.read(configMap('a', {}))).toMatchObject({ data: { x: '1', y: '2' }, metadata: { generation: 1 } });
  const { items } = await config.makeApiClient(CoreV1Api).listNamespacedConfigMap({
    namespace: 'default',
    labelSelector: 'team=a',
  });
  expect(items.map(({ metadata }) => metadata?.name)).toEqual(['a']);
  await api.delete(configMap('a', {}));
  await expect(api.read(configMap('a', {}))).rejects.toMatchObject({ code: 404 });
});

it('refuses a second object of a name, and kinds that it does not serve', async () => {
  await api.create(configMap('a', {}));
  await expect(api.create(configMap('a', {}))).rejects.toMatchObject({ code: 409 });
  await expect(api.list('example.org/v1', 'Thing')).rejects.toMatchObject({ code: 404 });
});

it('serves any kind from the moment that it has an object of it', async () => {
  server.put({ apiVersion: 'example.org/v1', kind: 'Policy', metadata: { name: 'a', namespace: 'default' } });
  expect((await api.list('example.org/v1', 'Policy')).items).toHaveLength(1);
});

it('tells a watch what was there, and what happens', async () => {
  const seen: string[] = [];
  server.put(configMap('a', {}));
  const watch = new Watch(config).watch(
    '/api/v1/namespaces/default/configmaps',
    {},
    (type, { metadata }: { metadata: { name: string } }) => seen.push(`${type} ${metadata.name}`),
    () => undefined,
  );
  await expect.poll(() => seen).toEqual(['ADDED a']);
  server.put(configMap('b', {}));
  server.put(configMap('a', { x: '1' }));
  server.store.remove(configMap('b', {}));
  await expect.poll(() => seen).toEqual(['ADDED a', 'ADDED b', 'MODIFIED a', 'DELETED b']);
  (await watch).abort();
});

it('fails as often as it was told, and as it was told', async () => {
  server.put(configMap('a', {}));
  server.fail({ path: /configmaps/, answer: 500, message: 'etcdserver: request timed out', times: 1 });
  server.fail({ path: /configmaps/, answer: 'cut', times: 1 });
  const read = () => api.read(configMap('a', {}));
  await expect(read()).rejects.toMatchObject({ code: 500, body: expect.stringContaining('etcdserver') as string });
  await expect(read()).rejects.toThrow(/socket hang up/);
  await expect(read()).resolves.toMatchObject({ kind: 'ConfigMap' });
});

it('refuses connections while it is stopped, and goes on at the same address', async () => {
  server.put(configMap('a', {}));
  await server.stop();
  await expect(api.read(configMap('a', {}))).rejects.toThrow(/ECONNREFUSED/);
  await server.start();
  await expect(api.read(configMap('a', {}))).resolves.toBeDefined();
});
