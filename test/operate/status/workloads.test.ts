import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { ClusterClient } from '../../../operate/cluster-client';
import { workloadsIn } from '../../../operate/status/workloads';
import { FakeApiServer } from '../../fakes/kubernetes/api-server';
import type { KubernetesObject } from '../../fakes/kubernetes/store';

let server: FakeApiServer;
beforeEach(async () => (server = await new FakeApiServer().start()));
afterEach(() => server.stop());

const template = { spec: { containers: [{ image: 'a:1' }, { image: 'b:2' }] } };
const workload = (...[kind, spec, status, metadata]: [string, object, object?, object?]): KubernetesObject => ({
  apiVersion: kind.endsWith('Job') ? 'batch/v1' : 'apps/v1',
  kind,
  metadata: { name: kind.toLowerCase(), namespace: 'a', ...metadata },
  spec,
  status,
});
const counts = async () => {
  const client = new ClusterClient(
    'dev',
    server.writeKubeconfig(join(mkdtempSync(join(tmpdir(), 'w-')), 'kubeconfig')),
  );
  return (await workloadsIn(client)).map(({ workload: { kind, ready, wanted } }) => [kind, ready, wanted]);
};

it('counts the pods of each kind', async () => {
  server.put(
    workload('Deployment', { replicas: 3, template }, { readyReplicas: 2 }),
    workload('StatefulSet', { template }, { readyReplicas: 1 }),
    workload('DaemonSet', { template }, { numberReady: 2, desiredNumberScheduled: 4 }),
    workload('Job', { completions: 5, template }, { succeeded: 3 }),
    workload('CronJob', { jobTemplate: { spec: { template } } }, { active: [{}] }),
  );
  expect(await counts()).toEqual([
    ['Deployment', 2, 3],
    ['StatefulSet', 1, 1],
    ['DaemonSet', 2, 4],
    ['Job', 3, 5],
    ['CronJob', 1, 1],
  ]);
});

it('counts 0 where there is no status yet, and has the images of all containers', async () => {
  server.put(workload('Deployment', { replicas: 2, template }));
  const client = new ClusterClient(
    'dev',
    server.writeKubeconfig(join(mkdtempSync(join(tmpdir(), 'w-')), 'kubeconfig')),
  );
  expect(await workloadsIn(client)).toMatchObject([{ workload: { ready: 0, wanted: 2, images: ['a:1', 'b:2'] } }]);
});

it('leaves out what another object made, such as the Job of a CronJob', async () => {
  server.put(workload('Job', { template }, {}, { ownerReferences: [{ kind: 'CronJob', name: 'x' }] }));
  expect(await counts()).toEqual([]);
});
