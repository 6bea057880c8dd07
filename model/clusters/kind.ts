import { withDefaults } from '../defaults';
import { type Controllers, controllersRule } from '../flux/controllers';
import { kindControlPlane } from '../names';
import { ageKey, type Recipient, recipientsRule } from '../secrets/recipient';
import * as v from '../validation/schema';
import { asRecord } from '../validation/values';
import type { ClusterModel } from './cluster';

export interface KindClusterProps {
  /** Nodes in addition to the control plane, which runs pods too. @default 0 */
  readonly workers?: number;
  /**
   * Host ports (on 127.0.0.1) and the node port that each leads to: `{ 8080: 30080 }` leads to the app
   * whose `nodePort` is 30080.
   * @default - none
   */
  readonly ports?: Readonly<Record<number, number>>;
  /**
   * Who can decrypt the cluster's secrets.
   * @default - [ageKey()]: the cluster's own age key, which the first `up` generates
   */
  readonly recipients?: readonly Recipient[];
  /**
   * The size of Flux's controllers in the cluster: `{ 'kustomize-controller': { concurrent: 20 } }`.
   * @default - Flux's own
   */
  readonly controllers?: Controllers;
}

/** A cluster in containers on this machine, created by kind: https://kind.sigs.k8s.io */
export interface KindCluster extends Required<Omit<KindClusterProps, 'controllers'>> {
  readonly type: 'kind';
  readonly controllers?: Controllers;
}

/** A kind cluster on this machine. */
export function kind(props: KindClusterProps = {}): KindCluster {
  return { ...withDefaults({ workers: 0, ports: {}, recipients: [ageKey()] }, props), type: 'kind' };
}

/** A key of `ports`. JavaScript reads `'08080'` and `'1e3'` as numbers too; Docker does not. */
const hostPort: v.Rule<number> = (place, key) => v.port(place, String(Number(key)) === key ? Number(key) : key);

export const kindModel: ClusterModel<KindCluster> = {
  schema: v.schema<KindClusterProps>({
    workers: v.optional(v.integer([0, 50], 'number of nodes')),
    ports: v.optional(v.record(hostPort, v.nodePort)),
    recipients: v.optional(recipientsRule),
    controllers: v.optional(controllersRule),
  }),
  // The host name of a node has at most 63 characters.
  maxNameLength: (fleet) => 63 - kindControlPlane(fleet, '').length,
  hostPorts: ({ ports }) => Object.keys(asRecord(ports)).map((each) => ({ port: each, path: `ports.${each}` })),
};
