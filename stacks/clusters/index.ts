import type { Cluster, Fleet } from '../../model';
import { Registry } from '../../model/registry';
import { kindProvider } from './kind/provider';
import type { ClusterProvider, ClusterTarget } from './provider';

/** The provider of each type of clusters. */
const providers: { readonly [T in Cluster['type']]: ClusterProvider<Extract<Cluster, { type: T }>> } = {
  kind: kindProvider,
};

export const clusterProviders = new Registry<ClusterProvider>('cluster', providers);

/** The provider of a cluster. */
export function clusterProvider(cluster: Cluster): ClusterProvider {
  return clusterProviders.of(cluster);
}

/** A cluster of a fleet, by its name. */
export function clusterTarget(fleet: Fleet, name: string): ClusterTarget {
  return { fleet, name, cluster: fleet.clusters[name]! };
}

/** Every cluster of a fleet. */
export function clusterTargets(fleet: Fleet): ClusterTarget[] {
  return Object.keys(fleet.clusters).map((name) => clusterTarget(fleet, name));
}
