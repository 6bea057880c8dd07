import type { Finding } from './finding';
import type { WantedPort } from './ports';

/** What a part of the fleet needs of this machine. */
export interface MachineNeeds {
  /** The ports of 127.0.0.1 that it opens. */
  readonly ports: readonly WantedPort[];
  /** The Kubernetes nodes that it runs here: each takes memory and inotify instances. */
  readonly nodes: number;
  /** What else has to be right for it here. @default - nothing */
  readonly findings?: () => Promise<readonly Finding[]>;
}

export function together(needs: readonly MachineNeeds[]): Required<MachineNeeds> {
  return {
    ports: needs.flatMap(({ ports }) => ports),
    nodes: needs.reduce((sum, { nodes }) => sum + nodes, 0),
    findings: async () => (await Promise.all(needs.map(async ({ findings }) => (await findings?.()) ?? []))).flat(),
  };
}
