import type { Controllers } from '../flux/controllers';
import type { FleetName } from '../names';
import type { Recipient } from '../secrets/recipient';
import type { Check } from '../validation/schema';

/** What Kubernetes is part of: OpenShift gives each pod a user, and refuses a pod that names one. */
export type Platform = 'kubernetes' | 'openshift';

export interface ClusterBase {
  readonly type: string;
  /** @default 'kubernetes' */
  readonly platform?: Platform;
  /** Who can decrypt the cluster's secrets. */
  readonly recipients: readonly Recipient[];
  readonly controllers?: Controllers;
}

/** A port of this machine that a cluster or the repository uses. */
export interface HostPort {
  readonly port: string;
  /** Its path below the cluster or the repository: `ports.8080`. */
  readonly path: string;
}

/** What the checks of `fleet.ts` ask of a type of clusters. */
export interface ClusterModel<C extends ClusterBase = ClusterBase> {
  readonly schema: Check;
  /** The greatest length of a cluster's name in this fleet. */
  maxNameLength(fleet: FleetName): number;
  /** The ports of this machine that a cluster uses. Its properties may be invalid. */
  hostPorts(cluster: C): readonly HostPort[];
  /** Whether it is outside of this machine's Docker network, so that no container's name leads anywhere. @default false */
  readonly isElsewhere?: boolean;
}
