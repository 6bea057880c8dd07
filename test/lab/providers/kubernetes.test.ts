import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { kubernetesProvider } from '../../../lab/providers/kubernetes/provider';
import { Engine, keptState, secret, type State, UNKNOWN } from './client';
import { FakeCluster } from './fake-cluster';

const configMap = 'kubernetes:core/v1:ConfigMap';
const secretType = 'kubernetes:core/v1:Secret';
const deployment = 'kubernetes:apps/v1:Deployment';
const settings = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'apps' },
  data: { color: 'red' },
};
const web = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'apps' },
  spec: { replicas: 2, selector: { matchLabels: { app: 'web' } } },
};
const settingsPath = '/api/v1/namespaces/apps/configmaps/settings';
let cluster: FakeCluster;
let engine: Engine;
let kubeconfig: string;

beforeEach(async () => {
  cluster = new FakeCluster();
  kubeconfig = await cluster.start();
  engine = await Engine.start(kubernetesProvider());
  await engine.configure({ kubeconfig });
});
afterEach(() => {
  engine.stop();
  cluster.stop();
});

describe('checking an object', () => {
  test('puts it into the default namespace, unless its kind has none', async () => {
    const { inputs } = await engine.check(configMap, { metadata: { name: 'a' } });
    expect(inputs.metadata).toEqual({ name: 'a', namespace: 'default' });
    const namespace = await engine.check('kubernetes:core/v1:Namespace', { metadata: { name: 'a' } });
    expect(namespace.inputs.metadata).toEqual({ name: 'a' });
  });

  test('generates a name, and keeps it', async () => {
    const first = await engine.check(configMap, {});
    expect(first.inputs.metadata).toMatchObject({ name: expect.stringMatching(/^name-[0-9a-f]{8}$/) });
    expect((await engine.check(configMap, {}, first.inputs)).inputs).toEqual(first.inputs);
  });

  test('works without a cluster, with values that are not known yet', async () => {
    cluster.stop();
    const { inputs } = await engine.check(configMap, { ...settings, data: { color: UNKNOWN } });
    expect(inputs.data).toEqual({ color: UNKNOWN });
  });

  test.each(['kubernetes:helm.sh/v3:Release', 'kubernetes:yaml/v2:ConfigFile', 'kubernetes:core/v1:SecretPatch'])(
    'refuses %s by name',
    async (type) => {
      await expect(engine.check(type, {})).rejects.toThrow(`does not support the resource type ${type}`);
    },
  );
});

describe('creating an object', () => {
  test('applies it as its own field manager and keeps the live object without its managed fields', async () => {
    const { id, outputs } = await engine.create(configMap, settings);
    expect(id).toBe('apps/settings');
    expect(outputs).toMatchObject({ data: { color: 'red' }, metadata: { uid: expect.any(String) } });
    expect(outputs.metadata).not.toHaveProperty('managedFields');
    const { query } = cluster.requests.find(({ method }) => method === 'PATCH')!;
    expect(query).toEqual({ fieldManager: outputs.__fieldManager, force: 'false' });
  });

  test('keeps the applied object where the official plugin looks for it, without a secret in plain text', async () => {
    const { outputs } = await engine.create(configMap, { ...settings, data: { color: secret('red'), size: 'small' } });
    expect(outputs.__inputs).toEqual({ ...settings, data: { color: secret('red'), size: 'small' } });
  });

  test('fails when it exists already, unless the settings take it over', async () => {
    await engine.create(configMap, settings);
    await expect(engine.create(configMap, settings)).rejects.toThrow(/ConfigMap apps\/settings already exists/);
    await engine.configure({ kubeconfig, upsertExistingObjects: 'true' });
    await expect(engine.create(configMap, settings)).resolves.toMatchObject({ id: 'apps/settings' });
  });

  test('waits for a kind that is served a moment later', async () => {
    const inputs = { apiVersion: 'x.dev/v1', kind: 'Thing', metadata: { name: 'a', namespace: 'b' } };
    const made = engine.create('kubernetes:x.dev/v1:Thing', inputs);
    await expect.poll(() => cluster.requests.length).toBeGreaterThan(1);
    cluster.kinds['x.dev/v1'] = [{ name: 'things', kind: 'Thing', namespaced: true }];
    await expect(made).resolves.toMatchObject({ id: 'b/a' });
  });

  test('changes nothing in a preview', async () => {
    const { outputs } = await engine.create(configMap, settings, { preview: true });
    expect(outputs).toMatchObject(settings);
    expect(cluster.requests).toEqual([]);
  });

  test('fails immediately with the message of the API server', async () => {
    cluster.refuse = (method) => (method === 'PATCH' ? { status: 422, message: 'spec is invalid' } : undefined);
    await expect(engine.create(configMap, settings)).rejects.toThrow('spec is invalid');
  });
});

describe('waiting', () => {
  test('lasts until the rollout is complete', async () => {
    cluster.admit = (object) => ({ ...object, status: { observedGeneration: 1, updatedReplicas: 2 } });
    const made = engine.create(deployment, web);
    const path = '/apis/apps/v1/namespaces/apps/deployments/web';
    await expect.poll(() => cluster.objects.has(path)).toBe(true);
    const status = { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };
    cluster.objects.set(path, { ...cluster.objects.get(path), status });
    expect((await made).outputs.status).toEqual(status);
  });

  test('ends in time, names what is missing, and keeps the object', async () => {
    cluster.admit = (object) => ({ ...object, status: { observedGeneration: 1, updatedReplicas: 2 } });
    const failure: unknown = await engine.create(deployment, web, { seconds: 1 }).catch((e: unknown) => e);
    expect(failure).toMatchObject({ details: expect.stringContaining('0 of 2 pods are available') });
    expect(keptState(failure)).toMatchObject({ id: 'apps/web', outputs: { spec: { replicas: 2 } } });
  });

  test('is skipped when the object asks for it', async () => {
    const metadata = { ...web.metadata, annotations: { 'pulumi.com/skipAwait': 'true' } };
    await expect(engine.create(deployment, { ...web, metadata })).resolves.toMatchObject({ id: 'apps/web' });
  });

  test('can be for a condition that the object names', async () => {
    const metadata = { ...settings.metadata, annotations: { 'pulumi.com/waitFor': 'jsonpath={.data.color}=blue' } };
    const made = engine.create(configMap, { ...settings, metadata });
    await expect.poll(() => cluster.objects.has(settingsPath)).toBe(true);
    cluster.objects.set(settingsPath, { ...cluster.objects.get(settingsPath), data: { color: 'blue' } });
    expect((await made).outputs.data).toEqual({ color: 'blue' });
  });
});

describe('the secrets of an object', () => {
  const inputs = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'key', namespace: 'apps' },
    stringData: secret({ identity: 'hunter2-hunter2' }),
  };
  const encoded = Buffer.from('hunter2-hunter2').toString('base64');

  test('reach the cluster encoded, and the state wrapped', async () => {
    const { outputs } = await engine.create(secretType, inputs);
    expect(cluster.objects.get('/api/v1/namespaces/apps/secrets/key')).toMatchObject({ data: { identity: encoded } });
    expect(outputs.data).toEqual(secret({ identity: encoded }));
  });

  test('are removed from errors', async () => {
    const message = `bad value hunter2-hunter2, ${encoded}`;
    cluster.refuse = (method) => (method === 'PATCH' ? { status: 422, message } : undefined);
    await expect(engine.create(secretType, inputs)).rejects.toThrow('bad value [secret], [secret]');
  });
});

describe('a change', () => {
  const state = (inputs: object): State => ({ id: 'x', inputs: { ...inputs }, outputs: { ...inputs } });

  test('of the selector replaces a deployment, the old one first', async () => {
    const news = { ...web, spec: { replicas: 2, selector: { matchLabels: { app: 'other' } } } };
    const diff = await engine.diff(deployment, state(web), news);
    expect(diff).toMatchObject({ replaces: ['spec'], deleteBeforeReplace: true });
    expect(diff.detailed).toEqual({ 'spec.selector.matchLabels.app': 5 });
  });

  test('of the replicas updates it', async () => {
    const diff = await engine.diff(deployment, state(web), { ...web, spec: { ...web.spec, replicas: 3 } });
    expect(diff).toMatchObject({ changes: true, replaces: [], detailed: { 'spec.replicas': 4 } });
  });

  test("of data replaces a ConfigMap, unless the provider's settings make them mutable", async () => {
    const news = { ...settings, data: { color: 'blue' } };
    expect((await engine.diff(configMap, state(settings), news)).replaces).toEqual(['data']);
    await engine.configure({ kubeconfig, enableConfigMapMutable: 'true' });
    expect(await engine.diff(configMap, state(settings), news)).toMatchObject({ changes: true, replaces: [] });
  });

  test('of the kubeconfig replaces the provider only when it leads to another cluster', async () => {
    const same = kubeconfig.replace('token-of', 'new-token-of');
    const other = kubeconfig.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:1');
    expect((await engine.diffConfig({ kubeconfig }, { kubeconfig: same })).replaces).toEqual([]);
    expect((await engine.diffConfig({ kubeconfig }, { kubeconfig: other })).replaces).toEqual(['kubeconfig']);
    const olds = { kubeconfig, clusterIdentifier: 'a' };
    expect((await engine.diffConfig(olds, { ...olds, kubeconfig: other })).replaces).toEqual([]);
    expect((await engine.diffConfig(olds, { ...olds, clusterIdentifier: 'b' })).replaces).toEqual([
      'clusterIdentifier',
    ]);
  });

  test('is applied by the field manager that created the object', async () => {
    const made = await engine.create(configMap, settings);
    await engine.update(configMap, made, { ...settings, data: { color: 'blue' } });
    const managers = cluster.requests.filter(({ method }) => method === 'PATCH').map(({ query }) => query.fieldManager);
    expect(new Set(managers)).toEqual(new Set([made.outputs.__fieldManager]));
  });

  test("takes fields over from others when the object or the provider's settings ask for it", async () => {
    const forced = () => cluster.requests.filter(({ method }) => method === 'PATCH').map(({ query }) => query.force);
    const metadata = { ...settings.metadata, annotations: { 'pulumi.com/patchForce': 'true' } };
    const made = await engine.create(configMap, { ...settings, metadata });
    await engine.configure({ kubeconfig, enablePatchForce: 'true' });
    await engine.update(configMap, made, settings);
    expect(forced()).toEqual(['true', 'true']);
  });

  test('of a field with another owner fails with how to take it over', async () => {
    const made = await engine.create(configMap, settings);
    cluster.refuse = (method) => (method === 'PATCH' ? { status: 409, message: 'conflict with "kubectl"' } : undefined);
    await expect(engine.update(configMap, made, settings)).rejects.toThrow(/conflict with "kubectl"[^]*patchForce/);
  });
});

describe('reading an object', () => {
  test('finds the fields that somebody changed, and none that the server only writes differently', async () => {
    cluster.admit = (object) => ({ ...object, spec: { size: '1', color: 'red' }, status: {} });
    const inputs = { ...settings, spec: { size: '1000m', color: 'red' } };
    const made = await engine.create(configMap, inputs);
    expect((await engine.read(configMap, made))!.inputs).toEqual(inputs);
    cluster.objects.set(settingsPath, { ...cluster.objects.get(settingsPath), spec: { size: '1', color: 'blue' } });
    expect((await engine.read(configMap, made))!.inputs.spec).toEqual({ size: '1000m', color: 'blue' });
  });

  test('reports that it does not exist any more', async () => {
    const made = await engine.create(configMap, settings);
    cluster.objects.clear();
    expect(await engine.read(configMap, made)).toBeUndefined();
  });

  test('imports it by namespace and name', async () => {
    await engine.create(configMap, settings);
    expect(await engine.read(configMap, { id: 'apps/settings' })).toMatchObject({
      id: 'apps/settings',
      inputs: settings,
    });
  });
});

describe('deleting an object', () => {
  test('lasts until it is gone, and succeeds when it is gone already', async () => {
    const made = await engine.create(configMap, settings);
    await engine.delete(configMap, made);
    expect(cluster.objects.has(settingsPath)).toBe(false);
    await engine.delete(configMap, made);
  });

  test('of a kind that is no longer served succeeds', async () => {
    const inputs = { apiVersion: 'x.dev/v1', kind: 'Thing', metadata: { name: 'a' } };
    await engine.delete('kubernetes:x.dev/v1:Thing', { id: 'a', inputs, outputs: inputs });
  });
});

describe('a cluster that is gone', () => {
  test('fails every request, with the next step', async () => {
    const made = await engine.create(configMap, settings);
    cluster.stop();
    await expect(engine.delete(configMap, made)).rejects.toThrow(/unreachable[^]*deleteUnreachable/);
    await expect(engine.read(configMap, made)).rejects.toThrow(/unreachable[^]*deleteUnreachable/);
    await expect(engine.update(configMap, made, settings)).rejects.toThrow(/unreachable/);
  });

  test('has its objects removed from the state when that is configured', async () => {
    const made = await engine.create(configMap, settings);
    await engine.configure({ kubeconfig, deleteUnreachable: 'true' });
    cluster.stop();
    await engine.delete(configMap, made);
    expect(await engine.read(configMap, made)).toBeUndefined();
  });
});
