import type { KindCluster } from '../../../model';

/** kind's configuration of a cluster: https://kind.sigs.k8s.io/docs/user/configuration */
export function kindConfig({ workers, ports }: KindCluster): object {
  const extraPortMappings = Object.entries(ports).map(([hostPort, containerPort]) => ({
    hostPort: Number(hostPort),
    containerPort,
    listenAddress: '127.0.0.1',
  }));
  return {
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    nodes: [
      { role: 'control-plane', ...(extraPortMappings.length > 0 && { extraPortMappings }) },
      ...Array.from({ length: workers }, () => ({ role: 'worker' })),
    ],
  };
}
