import type { Cluster, Fleet } from '../../model';
import { Registry } from '../../model/registry';
import { existingProvider } from './existing/provider';
import { kindProvider } from './kind/provider';
import type { ClusterProvider, ClusterTarget } from './provider';

const providers: { readonly [T in Cluster['type']]: ClusterProvider<Extract<Cluster, { type: T }>> } = {
  existing: existingProvider,
  kind: kindProvider,
};

export const clusterProviders = new Registry<ClusterProvider>('cluster', providers);

export function clusterProvider(cluster: Cluster): ClusterProvider {
  return clusterProviders.of(cluster);
}

export function clusterTarget(fleet: Fleet, name: string): ClusterTarget {
  return { fleet, name, cluster: fleet.clusters[name]! };
}

export function clusterTargets(fleet: Fleet): ClusterTarget[] {
  return Object.keys(fleet.clusters).map((name) => clusterTarget(fleet, name));
}
