import { startStopped } from '../../../machine/containers';
import {
  type KindCluster,
  kindContext,
  kindControlPlane,
  kindModel,
  kindWorkers,
  receiverNodePort,
} from '../../../model';
import type { ClusterProvider, ClusterTarget } from '../provider';

/** The containers that are a cluster's nodes, the control plane first. */
export function nodesOf({ fleet, name, cluster }: ClusterTarget<KindCluster>): string[] {
  return [kindControlPlane(fleet, name), ...kindWorkers(fleet, name, cluster.workers)];
}

export const kindProvider: ClusterProvider<KindCluster> = {
  context: ({ fleet, name }) => kindContext(fleet, name),
  start: (target) => startStopped(nodesOf(target)),
  kept: () => undefined,
  receiverAddress: ({ fleet, name }) => `http://${kindControlPlane(fleet, name)}:${receiverNodePort}`,
  needs: (target) => ({
    ports: kindModel.hostPorts(target.cluster).map(({ port, path }) => ({
      port: Number(port),
      place: `clusters.${target.name}.${path}`,
      owners: nodesOf(target),
    })),
    nodes: nodesOf(target).length,
  }),
};
