import type { KubernetesObject } from './store';

/** Flux's answer as to whether an object is as it should be. */
export interface Ready {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
}

const namespace = 'flux-system';
const ready: Ready = { status: 'True', reason: 'ReconciliationSucceeded' };

/** What Flux names a commit of branch main. */
export const revision = (commit: string) => `main@sha1:${commit}`;

/** A GitRepository that has fetched a commit. */
export function gitRepository(commit: string | undefined, condition = ready, name = namespace): KubernetesObject {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name, namespace },
    spec: { ref: { branch: 'main' } },
    status: {
      observedGeneration: 1,
      conditions: [{ type: 'Ready', ...condition }],
      ...(commit && { artifact: { revision: revision(commit) } }),
    },
  };
}

/** A Flux Kustomization that has applied a commit. */
export function fluxKustomization(name: string, commit: string | undefined, condition = ready): KubernetesObject {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace },
    spec: { path: `./apps/${name}` },
    status: {
      observedGeneration: 1,
      conditions: [{ type: 'Ready', ...condition }],
      ...(commit && { lastAppliedRevision: revision(commit) }),
    },
  };
}

/** A Deployment that Flux made for an app, with so many of its pods ready. */
export function deployment(
  app: string,
  pods: { ready: number; replicas: number },
  image = `${app}:1`,
): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: app, namespace: app, labels: { 'kustomize.toolkit.fluxcd.io/name': app } },
    spec: { replicas: pods.replicas, template: { spec: { containers: [{ name: app, image }] } } },
    status: { readyReplicas: pods.ready },
  };
}
