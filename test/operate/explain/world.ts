import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach } from 'vitest';

import { ClusterClient, fluxKinds, type FluxKind } from '../../../operate/cluster-client';
import { type Cause, causesOf } from '../../../operate/explain';
import { FakeApiServer } from '../../fakes/kubernetes/api-server';
import type { KubernetesObject } from '../../fakes/kubernetes/store';

/** A cluster whose failures are explained. */
export class ExplainedCluster {
  readonly server = new FakeApiServer();
  client!: ClusterClient;

  async start(): Promise<this> {
    await this.server.start();
    const folder = mkdtempSync(join(tmpdir(), 'explain-'));
    this.client = new ClusterClient('dev', this.server.writeKubeconfig(join(folder, 'kubeconfig'), 'kind-cluster-dev'));
    return this;
  }

  async causes(...units: readonly string[]): Promise<Cause[]> {
    const objects = await this.client.list(...(Object.keys(fluxKinds) as FluxKind[]));
    return causesOf(this.client, objects, units);
  }
}

/** A cluster for each test of a file. */
export function explainedClusters(): { readonly current: ExplainedCluster } {
  const holder = { current: new ExplainedCluster() };
  beforeEach(async () => (holder.current = await new ExplainedCluster().start()));
  afterEach(() => holder.current.server.stop());
  return holder;
}

const uid = (name: string) => `uid-of-${name}`;
const owner = (kind: string, name: string) => ({
  ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid: uid(name) }],
});

/** A Deployment of an app with its newest ReplicaSet, whose statuses are these. */
export function deployed(app: string, replicaSet: object = {}): KubernetesObject[] {
  const revision = { 'deployment.kubernetes.io/revision': '2' };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: app, namespace: app, uid: uid(app), annotations: revision },
      spec: { replicas: 1 },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${app}-2`,
        namespace: app,
        uid: uid(`${app}-2`),
        annotations: revision,
        ...owner('Deployment', app),
      },
      status: replicaSet,
    },
  ];
}

/** A pod of the newest ReplicaSet of an app's Deployment. */
export function pod(
  app: string,
  status: object,
  { name = `${app}-2-x`, parent = `${app}-2`, spec = {} } = {},
): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: app, uid: uid(name), ...owner('ReplicaSet', parent) },
    spec: { containers: [{ name: app, image: 'ghcr.io/stefanprodan/podinfo:9.9.9' }], ...spec },
    status,
  };
}

/** A container's state in a pod's status. */
export function container(name: string, state: object, more: object = {}): object {
  return { name, image: 'ghcr.io/stefanprodan/podinfo:9.9.9', ready: false, restartCount: 0, state, ...more };
}

/** An event about an object of an app. */
export function event(app: string, about: { kind: string; name: string }, more: object): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${about.name}.${JSON.stringify(more).length}`, namespace: app },
    involvedObject: { ...about, namespace: app, uid: uid(about.name) },
    lastTimestamp: '2026-11-27T12:00:00Z',
    ...more,
  };
}

/** What a Flux Kustomization has applied: a Deployment. */
export const inventory = (app: string) => ({
  inventory: { entries: [{ id: `${app}_${app}_apps_Deployment`, v: 'v1' }] },
});
