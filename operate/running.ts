import type { V1Deployment } from '@kubernetes/client-node';

import { fluxRoot } from '../model';
import type { ClusterClient } from './cluster-client';

/** An app as it runs in a cluster. */
export interface Running {
  readonly cluster: string;
  readonly app: string;
  /** Pods that serve. */
  readonly ready: number;
  /** Pods that should. */
  readonly replicas: number;
  readonly image: string;
  /** The commit that the cluster has last applied for the app. */
  readonly commit: string;
}

/** The labels by which Flux's controllers mark what they apply, with the name of the object that they apply it for. */
const broughtBy = ['kustomize.toolkit.fluxcd.io/name', 'helm.toolkit.fluxcd.io/name'];

/** What runs in a cluster: an app is what a Flux Kustomization brings, but for the root. */
export async function running(client: ClusterClient): Promise<Running[]> {
  const apps = (await client.list('Kustomization')).filter(({ metadata }) => metadata.name !== fluxRoot);
  const { items } = await client.objects.list<V1Deployment>('apps/v1', 'Deployment');
  return apps.flatMap(({ metadata: { name }, status }) => {
    const deployments = items.filter(({ metadata }) => broughtBy.some((label) => metadata?.labels?.[label] === name));
    return deployments.map((deployment) => ({
      cluster: client.name,
      app: name,
      ready: deployment.status?.readyReplicas ?? 0,
      replicas: deployment.spec?.replicas ?? 0,
      image: deployment.spec?.template.spec?.containers[0]?.image ?? '',
      commit: status?.lastAppliedRevision?.split(':')[1] ?? '',
    }));
  });
}
