import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { Peer, Tenant } from '../../model';

/** The label with the name of a namespace, which Kubernetes sets on each. */
const nameLabel = 'kubernetes.io/metadata.name';

/**
 * The network policies of one namespace. They deny all connections except DNS and those that the tenant lists.
 *
 * https://kubernetes.io/docs/concepts/services-networking/network-policies
 */
export function tenantNetwork(
  scope: Construct,
  namespace: string,
  { namespaces, network }: { namespaces: readonly string[]; network: Tenant['network'] },
): void {
  const policy = (name: string, spec: Omit<k8s.NetworkPolicySpec, 'podSelector'>) =>
    new k8s.KubeNetworkPolicy(scope, `${namespace}-${name}`, {
      metadata: { name, namespace },
      spec: { podSelector: {}, ...spec },
    });
  policy('deny-all', { policyTypes: ['Ingress', 'Egress'] });
  policy('allow-dns', { policyTypes: ['Egress'], egress: [dns()] });
  if (network.within) {
    const peers = namespaces.map((name) => selector(name));
    policy('allow-within', { policyTypes: ['Ingress', 'Egress'], ingress: [{ from: peers }], egress: [{ to: peers }] });
  }
  const allowed = (side: 'from' | 'to') => network[side]?.map((peer) => ({ [side]: [peerOf(peer)], ...ports(peer) }));
  if (network.from?.length) policy('allow-from', { policyTypes: ['Ingress'], ingress: allowed('from') });
  if (network.to?.length) policy('allow-to', { policyTypes: ['Egress'], egress: allowed('to') });
}

function dns(): k8s.NetworkPolicyEgressRule {
  const port = k8s.IntOrString.fromNumber(53);
  return {
    to: [{ ...selector('kube-system'), podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
    ports: [
      { protocol: 'UDP', port },
      { protocol: 'TCP', port },
    ],
  };
}

function selector(namespace: string): k8s.NetworkPolicyPeer {
  return { namespaceSelector: { matchLabels: { [nameLabel]: namespace } } };
}

function peerOf({ namespace, cidr }: Peer): k8s.NetworkPolicyPeer {
  return namespace === undefined ? { ipBlock: { cidr: cidr! } } : selector(namespace);
}

function ports({ ports: numbers }: Peer): { ports?: k8s.NetworkPolicyPort[] } {
  return numbers ? { ports: numbers.map((port) => ({ protocol: 'TCP', port: k8s.IntOrString.fromNumber(port) })) } : {};
}
