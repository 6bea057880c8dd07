import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

// First, because it sets the fleet's folder.
import { changes, controller, directory, existingFleet, fluxDefinition, fluxNamespace, kubeSystem } from './world';
import { thisOwner } from '../../../machine/clone';
import type { StateResource } from '../../../machine/pulumi-state';
import { withdraw } from '../../../operate/existing/withdraw';
import type { ClusterRecord } from '../../../stacks/clusters/record';
import { FakeApiServer } from '../../fakes/kubernetes/api-server';
import { deployment, fluxKustomization, gitRepository } from '../../fakes/kubernetes/flux';
import type { KubernetesObject } from '../../fakes/kubernetes/store';
import '../../fakes/short-pauses';

let prod: FakeApiServer;
let kubeconfig: string;
const self = () => thisOwner('flux-fleet');
const role: KubernetesObject = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'crd-controller' },
};
const secret: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'sops-age', namespace: 'flux-system' },
};
const theirs = { ...fluxDefinition(), metadata: { name: 'issuers.cert-manager.io' } };
const flux = () => [fluxNamespace(self()), fluxDefinition(), controller('source-controller'), role];

/** Objects as Pulumi's state has them. */
function made(objects: readonly KubernetesObject[], parent = ''): StateResource[] {
  return objects.map((object) => {
    const type = `kubernetes:${object.apiVersion}:${object.kind}`;
    return { type, urn: `urn:pulumi:prod::flux-fleet::${parent}${type}::${object.metadata.name}`, inputs: object };
  });
}
const resources = () => [
  ...made(flux(), 'flux-fleet:cluster:Flux$'),
  ...made([secret, gitRepository(undefined), fluxKustomization('flux-system', undefined)]),
];

beforeEach(async () => {
  rmSync(directory, { recursive: true, force: true });
  prod = await new FakeApiServer().start();
  const held = (object: KubernetesObject) => ({
    ...object,
    metadata: { ...object.metadata, finalizers: ['finalizers.fluxcd.io'] },
  });
  prod.put(kubeSystem('uid-1'), ...flux(), secret, theirs);
  prod.put(
    held(gitRepository(undefined)),
    held(fluxKustomization('flux-system', undefined)),
    held(fluxKustomization('app-a', undefined)),
  );
  prod.put(deployment('app-a', { ready: 1, replicas: 1 }));
  kubeconfig = prod.writeKubeconfig(join(directory, 'their-kubeconfig'));
});
afterEach(() => prod.stop().catch(() => undefined));

const run = (record: Partial<ClusterRecord> = {}) =>
  withdraw({
    fleet: existingFleet({ prod: kubeconfig }),
    name: 'prod',
    record: { uid: 'uid-1', adopted: [], ...record },
    resources: resources(),
    report: () => undefined,
  });
const left = () =>
  [
    'Namespace',
    'Deployment',
    'CustomResourceDefinition',
    'ClusterRole',
    'Secret',
    'GitRepository',
    'Kustomization',
  ].flatMap((kind) =>
    [...prod.store.kinds].flatMap(([apiVersion, kinds]) =>
      kinds
        .filter((one) => one.kind === kind)
        .flatMap((one) => prod.store.list({ ...one, apiVersion }, new URLSearchParams()))
        .map(({ metadata }) => `${kind} ${metadata.name}`),
    ),
  );

describe('the removal of Flux from a cluster that stays', () => {
  it('takes Flux with its definitions and its namespace, and leaves the apps and what others have', async () => {
    await run();
    expect(left()).toEqual(
      expect.arrayContaining([
        'Namespace kube-system',
        'Deployment app-a',
        'CustomResourceDefinition issuers.cert-manager.io',
      ]),
    );
    expect(
      left().filter((one) => /flux-system$|source-controller|gitrepositories|crd-controller|sops-age/.test(one)),
    ).toEqual([]);
  });

  it('stops the controllers first, then drops finalizers, then removes definitions and at last the namespace', async () => {
    await run();
    const steps = changes(prod);
    const at = (pattern: RegExp) => steps.findIndex((step) => pattern.test(step));
    const order = [
      /DELETE .*deployments\/source-controller/,
      /PATCH .*gitrepositories\/flux-system/,
      /DELETE .*customresourcedefinitions\/gitrepositories/,
      /DELETE .*namespaces\/flux-system$/,
    ].map(at);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order).not.toContain(-1);
  });

  it('waits until no controller runs, so that none prunes what it applied', async () => {
    const pod: KubernetesObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'source-controller-1', namespace: 'flux-system', labels: { app: 'source-controller' } },
    };
    prod.put(pod);
    prod.fail({ method: 'DELETE', path: /\/pods\//, answer: 200 });
    const done = run();
    await expect.poll(() => prod.requests.filter(({ path }) => path.endsWith('/pods')).length).toBeGreaterThan(2);
    expect(changes(prod).filter((change) => change.startsWith('PATCH'))).toEqual([]);
    const asked = prod.requests.filter(
      ({ method, path }) => method === 'DELETE' && path.endsWith('/source-controller-1'),
    );
    expect(asked.map(({ query }) => query.get('gracePeriodSeconds'))).toEqual(['30']);
    prod.store.remove(pod);
    await done;
    expect(changes(prod).some((change) => change.startsWith('PATCH'))).toBe(true);
  });

  it('can be done again after it was stopped anywhere', async () => {
    await run();
    await run();
    expect(left()).toContain('Deployment app-a');
  });

  it('keeps a namespace that was there before, without the marks', async () => {
    await run({ adopted: ['namespace'] });
    expect(left()).toContain('Namespace flux-system');
    expect(left().filter((one) => /definition gitrep|source-controller|sops-age/i.test(one))).toEqual([]);
    expect(changes(prod).at(-1)).toBe('PATCH /api/v1/namespaces/flux-system');
    expect(prod.requests.at(-1)!.body!.metadata.annotations).toMatchObject({ 'flux-fleet.clone': null });
  });

  it('keeps a Flux that was there before, and stops only what the fleet synced, without pruning', async () => {
    const label = { 'flux-fleet/cluster': 'prod' };
    prod.put({
      ...fluxKustomization('app-a', undefined),
      metadata: { name: 'app-a', namespace: 'flux-system', labels: label },
    });
    prod.put(fluxKustomization('theirs', undefined));
    await run({ adopted: ['flux'] });
    expect(left()).toEqual(
      expect.arrayContaining([
        'Namespace flux-system',
        'Deployment source-controller',
        'Deployment app-a',
        'ClusterRole crd-controller',
        'Kustomization theirs',
      ]),
    );
    expect(left().filter((one) => /Kustomization (app-a|flux-system)|GitRepository|sops-age/.test(one))).toEqual([]);
    const released = prod.requests.filter(
      ({ method, path }) => method === 'PATCH' && path.includes('/kustomizations/'),
    );
    expect(released.map(({ body }) => body!['spec'])).toEqual(
      Array(2).fill({ deletionPolicy: 'Orphan', suspend: true }),
    );
  });
});

describe('nothing is removed', () => {
  afterEach(() => expect(changes(prod)).toEqual([]));

  it('from a cluster that another clone has taken over', async () => {
    prod.put(fluxNamespace({ ...self(), clone: 'another' }));
    await run();
  });

  it('from another cluster than the one of before', async () => {
    await expect(run({ uid: 'uid-0' })).rejects.toThrow(
      /^cluster prod: it does not answer \(the kubeconfig leads to another cluster now\), so Flux cannot be removed from it\.\n.*--leave prod`/,
    );
  });

  it('from one that does not answer, within seconds', async () => {
    prod.fail({ delay: 60_000 });
    const start = Date.now();
    await expect(run()).rejects.toThrow(/^cluster prod: it does not answer \(no answer in 4\.5 s\)/);
    expect(Date.now() - start).toBeLessThan(10_000);
  });
});
