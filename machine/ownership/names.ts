/** The names that a fleet, or a part of it, uses on this machine. Each list that is left out is empty. */
export interface MachineNames {
  readonly kindClusters?: readonly KindClusterNames[];
  readonly containers?: readonly string[];
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
}

export interface KindClusterNames {
  /** The cluster's name in kind. */
  readonly name: string;
  /** The container of its control plane. */
  readonly controlPlane: string;
  /** The containers that are its nodes; empty for a cluster that `fleet.ts` no longer has. */
  readonly nodes: readonly string[];
  /** Whether the fleet needs the name: false for a cluster that `fleet.ts` no longer has. */
  readonly isNeeded: boolean;
}

/** The names that several parts use together. */
export function allNames(parts: readonly MachineNames[]): Required<MachineNames> {
  return {
    kindClusters: parts.flatMap(({ kindClusters = [] }) => kindClusters),
    containers: parts.flatMap(({ containers = [] }) => containers),
    networks: parts.flatMap(({ networks = [] }) => networks),
    volumes: parts.flatMap(({ volumes = [] }) => volumes),
  };
}
