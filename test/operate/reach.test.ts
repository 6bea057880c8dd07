import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { readClusters } from '../../operate/reach';
import { FakeApiServer } from '../fakes/kubernetes/api-server';
import { fluxKustomization } from '../fakes/kubernetes/flux';

const folder = mkdtempSync(join(tmpdir(), 'reach-'));

let servers: Record<'dev' | 'prod', FakeApiServer>;
let clusters: { name: string; kubeconfig: string }[];
beforeEach(async () => {
  servers = { dev: await new FakeApiServer().start(), prod: await new FakeApiServer().start() };
  clusters = Object.entries(servers).map(([name, server]) => ({
    name,
    kubeconfig: server.writeKubeconfig(join(folder, name)),
  }));
  servers.dev.put(fluxKustomization('app-a', undefined));
});
afterEach(() => Promise.all(Object.values(servers).map((server) => server.stop().catch(() => undefined))));

const count = (seen?: Parameters<typeof readClusters<number>>[2]) =>
  readClusters(clusters, async (client) => (await client.list('Kustomization')).length, seen);

it('reads each cluster, in their order', async () => {
  expect(await count()).toEqual([
    { cluster: 'dev', found: 1 },
    { cluster: 'prod', found: 0 },
  ]);
});

it('names a cluster that does not answer within 5 s, and has shown the others by then', async () => {
  servers.dev.fail({ delay: 60_000 });
  const start = Date.now();
  const seen = vi.fn();
  const all = await count((cluster) => void seen(cluster, Date.now() - start));
  expect(Date.now() - start).toBeLessThan(5000);
  expect(all).toEqual([
    { cluster: 'dev', unreachable: 'no answer in 4.5 s' },
    { cluster: 'prod', found: 0 },
  ]);
  expect(seen.mock.calls[0]![0]).toEqual({ cluster: 'prod', found: 0 });
  expect(seen.mock.calls[0]![1]).toBeLessThan(3000);
});

it.each([
  ['refuses connections', () => servers.dev.stop(), /ECONNREFUSED/],
  ['cuts them', () => servers.dev.fail({ answer: 'cut' }), /./],
  ['is starting', () => servers.dev.fail({ answer: 503, message: 'shutting down' }), /^503: shutting down$/],
])('names a cluster that %s', async (_, fault, reason) => {
  await Promise.resolve(fault());
  expect(await count()).toEqual([
    { cluster: 'dev', unreachable: expect.stringMatching(reason) as string },
    { cluster: 'prod', found: 0 },
  ]);
});

it('names a cluster that was never brought up', async () => {
  clusters[0]!.kubeconfig = join(folder, 'none');
  expect((await count())[0]).toEqual({ cluster: 'dev', unreachable: 'it is not up yet: run `npm run up`' });
});

it('does not hide a mistake of ours', async () => {
  const reading = readClusters(clusters, () => Promise.reject(new TypeError('x is undefined')));
  await expect(reading).rejects.toThrow('x is undefined');
});
