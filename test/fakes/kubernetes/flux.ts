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
    metadata: { name, namespace, ...(name !== namespace && { labels: { 'flux-fleet/cluster': 'dev' } }) },
    spec: {
      path: `./apps/${name}`,
      ...(name !== namespace && { dependsOn: [{ name: namespace }], decryption: { provider: 'sops' } }),
    },
    status: {
      observedGeneration: 1,
      conditions: [{ type: 'Ready', ...condition }],
      ...(commit && { lastAppliedRevision: revision(commit) }),
    },
  };
}

/** A HelmRelease that Flux has applied for an app; one that is stalled is not tried again. */
export function helmRelease(name: string, condition = ready, stalled = false): KubernetesObject {
  const labels = { 'kustomize.toolkit.fluxcd.io/name': name, 'kustomize.toolkit.fluxcd.io/namespace': namespace };
  return {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name, namespace, labels },
    spec: { releaseName: name },
    status: {
      observedGeneration: 1,
      conditions: [{ type: 'Ready', ...condition }, ...(stalled ? [{ type: 'Stalled', status: 'True' }] : [])],
    },
  };
}

/** An object as it is once Flux has done what it was asked for; none for what Flux was not asked for. */
export function handled(object: KubernetesObject): KubernetesObject[] {
  const at = object.metadata.annotations?.['reconcile.fluxcd.io/requestedAt'];
  return at ? [{ ...object, status: { ...(object['status'] as object), lastHandledReconcileAt: at } }] : [];
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
    metadata: {
      name: app,
      namespace: app,
      labels: { 'kustomize.toolkit.fluxcd.io/name': app, 'kustomize.toolkit.fluxcd.io/namespace': namespace },
    },
    spec: { replicas: pods.replicas, template: { spec: { containers: [{ name: app, image }] } } },
    status: { readyReplicas: pods.ready },
  };
}
