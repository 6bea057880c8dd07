import { withDefaults } from '../defaults';
import { ageKey, type Recipient, recipientsRule } from '../secrets/recipient';
import { discriminatedUnion, integer, nodePort, optional, port, record, type Rule, schema } from '../validation/schema';

/** What may be said of a kind cluster. */
export interface KindClusterProps {
  /**
   * Nodes beside the control plane, which runs pods too.
   * @default 0
   */
  readonly workers?: number;
  /**
   * Host ports (on 127.0.0.1) and the node port that each leads to: `{ 8080: 30080 }` leads to the app
   * whose `nodePort` is 30080.
   * @default - none
   */
  readonly ports?: Readonly<Record<number, number>>;
  /**
   * Who can decrypt the cluster's secrets.
   * @default - [ageKey()]: the cluster's own age key, made at the first `up`
   */
  readonly recipients?: readonly Recipient[];
}

/** A cluster of containers on this machine, made by kind: https://kind.sigs.k8s.io */
export interface KindCluster extends Required<KindClusterProps> {
  readonly type: 'kind';
}

/** Every way in which a fleet can have a cluster. */
export type Cluster = KindCluster;

/** A kind cluster on this machine. */
export function kind(props: KindClusterProps = {}): KindCluster {
  return { ...withDefaults({ workers: 0, ports: {}, recipients: [ageKey()] }, props), type: 'kind' };
}

/** The name that kind knows a cluster by: its nodes are `<this>-control-plane`, `<this>-worker`, … */
export function kindName(cluster: string): string {
  return `cluster-${cluster}`;
}

/** The names that kind gives to a cluster's nodes, which are the names of their containers. */
export function nodeNames(cluster: string, { workers }: Pick<KindCluster, 'workers'>): string[] {
  const worker = (n: number) => `${kindName(cluster)}-worker${n === 0 ? '' : n + 1}`;
  return [`${kindName(cluster)}-control-plane`, ...Array.from({ length: workers }, (_, n) => worker(n))];
}

const hostPort: Rule<number> = (place, key) => {
  // JavaScript reads `'08080'` and `'1e3'` as numbers; Docker does not.
  const number = Number(key);
  return port(place, String(number) === key ? number : key);
};

export const clusterRule = discriminatedUnion<Cluster>(
  {
    kind: schema<KindClusterProps>({
      workers: optional(integer([0, 50], 'number of nodes')),
      ports: optional(record(hostPort, nodePort)),
      recipients: optional(recipientsRule),
    }),
  },
  { what: 'a cluster', example: 'kind()' },
);
