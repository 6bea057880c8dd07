import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { defineFleet, existing, type Fleet, gitServer, type Owner, ownerLabels } from '../../../model';
import type { FakeApiServer } from '../../fakes/kubernetes/api-server';
import type { KubernetesObject } from '../../fakes/kubernetes/store';

/** A folder of this test file's own for keys and kubeconfigs. */
export const directory = mkdtempSync(join(tmpdir(), 'flux-fleet-existing-'));
// Not in a function: machine/paths.ts reads it when it is imported, which a test does after this file.
process.env['FLUX_FLEET_DIRECTORY'] = directory;

/** A fleet with a cluster that somebody else made, at each of these kubeconfigs. */
export function existingFleet(kubeconfigs: Readonly<Record<string, string>>): Fleet {
  const named = Object.entries(kubeconfigs).map(([name, kubeconfig]) => [name, existing({ kubeconfig })] as const);
  return defineFleet({
    git: gitServer({ address: 'build.example.com' }),
    clusters: Object.fromEntries(named),
    apps: {},
    runs: Object.fromEntries(named.map(([name]) => [name, {}])),
  });
}

/** What every cluster has. */
export function kubeSystem(uid: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid } };
}

/** The namespace of Flux, with the marks of an owner or of nobody. */
export function fluxNamespace(owner?: Owner): KubernetesObject {
  const annotations = owner ? ownerLabels(owner) : {};
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'flux-system', annotations } };
}

/** The definition by which Flux is known, with the marks of who installed it. */
export function fluxDefinition(metadata: object = {}): KubernetesObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'gitrepositories.source.toolkit.fluxcd.io', ...metadata },
    spec: {
      group: 'source.toolkit.fluxcd.io',
      names: { kind: 'GitRepository' },
      versions: [{ name: 'v1', storage: true }],
    },
  };
}

export function controller(name: string, namespace = 'flux-system', version?: string): KubernetesObject {
  const labels = { 'app.kubernetes.io/part-of': 'flux', ...(version && { 'app.kubernetes.io/version': version }) };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: { template: { spec: { containers: [{ name: 'manager', image: `ghcr.io/fluxcd/${name}:v1.9.4` }] } } },
  };
}

/** The methods and paths of the requests that change something. */
export function changes(api: FakeApiServer): string[] {
  return api.requests
    .filter(({ method, path }) => method !== 'GET' && !path.endsWith('reviews'))
    .map(({ method, path }) => `${method} ${path}`);
}
