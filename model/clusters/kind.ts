import { withDefaults } from '../defaults';
import { kindControlPlane } from '../names';
import { ageKey, type Recipient, recipientsShape } from '../secrets/recipient';
import { anyPort, entries, named, nodePort, type Rule, shape, whole, words } from '../validation/schema';
import type { ClusterModel } from './cluster';

/** Properties of a kind cluster. */
export interface KindClusterProps {
  /**
   * Nodes in addition to the control plane, which runs pods too.
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

/** A kind cluster on this machine. */
export function kind(props: KindClusterProps = {}): KindCluster {
  return { ...withDefaults({ workers: 0, ports: {}, recipients: [ageKey()] }, props), type: 'kind' };
}

/** What the checks of `fleet.ts` know of kind clusters. */
export const kindModel: ClusterModel<KindCluster> = {
  schema: shape({
    required: { type: words },
    optional: {
      workers: whole([0, 50], 'a possible number of nodes'),
      ports: entries(hostPort, nodePort),
      recipients: recipientsShape,
    },
  }),
  // The host name of a node has at most 63 characters.
  maxNameLength: (fleet) => 63 - kindControlPlane(fleet, '').length,
  hostPorts: ({ ports }) => Object.keys(named(ports)).map((port) => ({ port, path: `ports.${port}` })),
};

function* hostPort(place: string, key: unknown): ReturnType<Rule> {
  // `'08080'` and `'1e3'` are numbers to JavaScript and names to everything else.
  const port = Number(key);
  yield* anyPort(place, String(port) === key ? port : key);
}
