import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { stringify } from 'yaml';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { ClusterClient } from '../../operate/cluster-client';
import { prepareCluster, prepareClusters, type PrepareProps } from '../../operate/prepare-cluster';
import { FakeApiServer } from '../fakes/kubernetes/api-server';
import { fluxKustomization } from '../fakes/kubernetes/flux';
import { copy, publishIt, write } from './publishing';

const commit = '1'.repeat(40);
const decryption = { provider: 'sops', secretRef: { name: 'sops-age' } };
const earlier = (name: string, spec: object) => ({ ...fluxKustomization(name, commit), spec });
const keys = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'sops-age', namespace: 'flux-system' } };

let server: FakeApiServer;
let kubeconfig: string;
let client: ClusterClient;
beforeEach(async () => {
  server = await new FakeApiServer().start();
  kubeconfig = server.writeKubeconfig(join(mkdtempSync(join(tmpdir(), 'prepare-')), 'kubeconfig'));
  client = new ClusterClient('dev', kubeconfig);
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

describe('a cluster that does not answer', () => {
  const start = vi.fn(async () => void (await server.start()));
  const prepare = (props: Partial<PrepareProps> = {}) =>
    prepareClusters({
      clusters: ['dev'],
      kubeconfig: () => kubeconfig,
      copy,
      isThere: () => Promise.resolve(true),
      ...props,
    });
  const publishSpec = (spec: object) => {
    write({ 'clusters/dev/app-a.yaml': stringify({ spec }), 'clusters/dev/kustomization.yaml': 'resources: []\n' });
    return publishIt();
  };
  beforeEach(async () => {
    start.mockClear();
    server.put(keys, earlier('app-a', {}));
    await server.stop();
  });

  it('is refused where the last commit is of an earlier version, with the reason and the way out', async () => {
    await publishSpec({ dependsOn: [{ name: 'flux-system' }] });
    await expect(prepare()).rejects.toThrow(/^cluster dev: .*ECONNREFUSED.*earlier version.*\n.*`npm run up`/);
  });

  it('is started, waited for and prepared where that is allowed', async () => {
    await publishSpec({});
    await prepare({ start });
    expect(await specs()).toEqual({ 'app-a': { dependsOn: [{ name: 'flux-system' }], decryption } });
  });

  it.each<[string, object | undefined, Partial<PrepareProps>]>([
    ['the last commit is of this version', { dependsOn: [{ name: 'flux-system' }], decryption }, {}],
    ['there is no commit yet', undefined, {}],
    ['it is gone', {}, { isThere: () => Promise.resolve(false) }],
  ])('is left alone where %s', async (_, spec, props) => {
    if (spec) await publishSpec(spec);
    await prepare({ start, ...props });
    expect(start).not.toHaveBeenCalled();
  });
});
