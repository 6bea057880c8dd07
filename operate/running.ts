import type { V1Deployment } from '@kubernetes/client-node';
import { fluxNamespace, fluxRoot } from '../model';
import type { ClusterClient } from './cluster-client';
import { commitOf } from './commit-state';

export interface Running {
  readonly cluster: string;
  readonly app: string;
  readonly ready: number;
  readonly replicas: number;
  readonly image: string;
  /** The commit that the cluster has last applied for the app. */
  readonly commit: string;
}

/** The labels of what Flux's controllers apply, with the name of the Flux object that it belongs to. */
const ownerLabels = ['kustomize.toolkit.fluxcd.io/name', 'helm.toolkit.fluxcd.io/name'];

/** The apps that run in a cluster: the Deployments of each Flux Kustomization but the root, and what has none. */
export async function running(client: ClusterClient): Promise<Running[]> {
  const apps = (await client.list('Kustomization')).filter(
    ({ metadata: { name, namespace } }) => namespace === fluxNamespace && name !== fluxRoot,
  );
  const { items } = await client.objects.list<V1Deployment>('apps/v1', 'Deployment');
  return apps.flatMap(({ metadata: { name }, status }) => {
    const deployments = items.filter(({ metadata }) => ownerLabels.some((label) => metadata?.labels?.[label] === name));
    const app = { cluster: client.name, app: name, commit: commitOf(status?.lastAppliedRevision) };
    if (deployments.length === 0) return [{ ...app, ready: 0, replicas: 0, image: '' }];
    return deployments.map((deployment) => ({
      ...app,
      ready: deployment.status?.readyReplicas ?? 0,
      replicas: deployment.spec?.replicas ?? 0,
      image: deployment.spec?.template.spec?.containers[0]?.image ?? '',
    }));
  });
}
