import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { apiError } from '../../operate/api-error';
import { ClusterClient } from '../../operate/cluster-client';
import { FakeApiServer } from '../fakes/kubernetes/api-server';

let server: FakeApiServer;
let client: ClusterClient;
beforeEach(async () => {
  server = await new FakeApiServer().start();
  const folder = mkdtempSync(join(tmpdir(), 'cluster-client-'));
  client = new ClusterClient('dev', server.writeKubeconfig(join(folder, 'kubeconfig')), 100);
});
afterEach(() => server.stop());

const failure = (work: () => Promise<unknown>) =>
  work().then(
    () => expect.fail('it was answered'),
    (error: unknown) => apiError(error),
  );

it.each<[string, () => Promise<unknown>]>([
  ['that lists', () => client.list('Kustomization', 'HelmRelease')],
  ['for events', () => client.events()],
  ['for an object', () => client.objects.list('v1', 'Namespace')],
  ['that changes an object', () => client.requestReconcile('Kustomization', 'app-a')],
])('gives up a request %s that is not answered in time', async (_, request) => {
  server.fail({ delay: 3000 });
  expect(await failure(request)).toEqual({ reason: 'no answer in 10 s' });
});

it('tells an answer that is none of those that were asked for from no answer', async () => {
  server.fail({ answer: 403, message: 'namespaces is forbidden' });
  expect(await failure(() => client.list('Kustomization'))).toEqual({
    status: 403,
    reason: '403: namespaces is forbidden',
  });
  await server.stop();
  const refused = await failure(() => client.list('Kustomization'));
  expect(refused).toEqual({ reason: expect.stringContaining('ECONNREFUSED') as string });
});

it('is no failure of the API server where we made the mistake', () => {
  expect(apiError(new TypeError('x is undefined'))).toBeUndefined();
});
