import { setTimeout as sleep } from 'node:timers/promises';
import { type ClusterAccess, type Reached, readClusters } from '../reach';
import type { RepositoryCopy } from '../repository';
import { type ClusterStatus, clusterStatus, type UnitStatus } from './cluster-status';
import { type KnownCommit, type KnownCommits, knownCommits } from './known-commits';

/** The state of a fleet, as `fleet status --json` prints it. docs/json.md describes it. */
export interface FleetStatus {
  /** The branch's tip, as this machine's copy of the repository has it. */
  readonly tip?: string;
  readonly clusters: readonly ClusterReport[];
  /** Why something of it is not known. */
  readonly notices: readonly string[];
}

export type ClusterReport =
  | {
      readonly cluster: string;
      readonly reachable: true;
      readonly fetched: string;
      readonly root: UnitReport;
      readonly apps: readonly UnitReport[];
    }
  | { readonly cluster: string; readonly reachable: false; readonly error: string };

export interface UnitReport extends UnitStatus, Partial<KnownCommit> {
  /** Of all its workloads; a CronJob's count only while they run. */
  readonly pods: { readonly ready: number; readonly wanted: number };
}

/** How long is waited for all clusters before those are shown that have answered, in ms. */
const patience = 1000;

/**
 * Reads the state of a fleet.
 *
 * @param early is told once of the clusters that have answered, where others take long
 */
export async function fleetStatus(
  clusters: readonly ClusterAccess[],
  copy: RepositoryCopy,
  early?: (status: FleetStatus) => void,
): Promise<FleetStatus> {
  const answered: Reached<ClusterStatus>[] = [];
  const reading = readClusters(clusters, clusterStatus, (cluster) => void answered.push(cluster));
  if (early) {
    await Promise.race([reading, sleep(patience, undefined, { ref: false })]);
    const found = answered.filter((cluster) => 'found' in cluster);
    if (found.length > 0 && answered.length < clusters.length) early(await report(found, copy));
  }
  return report(await reading, copy);
}

async function report(all: readonly Reached<ClusterStatus>[], copy: RepositoryCopy): Promise<FleetStatus> {
  const found = all.flatMap((each) => ('found' in each ? commitsIn(each.found) : []));
  const commits = await knownCommits(copy, found);
  const clusters = all.map((reached): ClusterReport =>
    'found' in reached
      ? reportOf(reached.cluster, reached.found, commits)
      : { cluster: reached.cluster, reachable: false, error: reached.unreachable },
  );
  const { tip, problem } = commits;
  return { ...(tip && { tip }), clusters, notices: problem ? [problem] : [] };
}

function commitsIn({ fetched, root, units }: ClusterStatus): string[] {
  return [fetched, ...[root, ...units].map(({ commit }) => commit)].filter(Boolean);
}

function reportOf(cluster: string, status: ClusterStatus, { known }: KnownCommits): ClusterReport {
  const unit = (each: UnitStatus): UnitReport => ({ ...each, ...known.get(each.commit), pods: podsOf(each) });
  const { fetched, root, units } = status;
  return { cluster, reachable: true, fetched, root: unit(root), apps: units.map(unit) };
}

function podsOf({ workloads }: UnitStatus): UnitReport['pods'] {
  const sum = (key: 'ready' | 'wanted') => workloads.reduce((total, workload) => total + workload[key], 0);
  return { ready: sum('ready'), wanted: sum('wanted') };
}

/** Whether everything is ready, something is not, or a cluster does not answer. */
export function outcomeOf({ clusters }: FleetStatus): 'ready' | 'not ready' | 'unreachable' {
  if (clusters.some(({ reachable }) => !reachable)) return 'unreachable';
  const units = clusters.flatMap((each) => (each.reachable ? [each.root, ...each.apps] : []));
  return units.every(({ state }) => state === 'ready') ? 'ready' : 'not ready';
}
