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

/**
 * Reads the state of a fleet.
 *
 * @param seen is told of each cluster as soon as it is known
 */
export async function fleetStatus(
  clusters: readonly ClusterAccess[],
  copy: RepositoryCopy,
  seen: (cluster: ClusterReport) => void = () => undefined,
): Promise<FleetStatus> {
  const notices = new Set<string>();
  const lookUp = lookUps(copy);
  let tip: string | undefined;
  const report = async (reached: Reached<ClusterStatus>): Promise<ClusterReport> => {
    if ('unreachable' in reached) return { cluster: reached.cluster, reachable: false, error: reached.unreachable };
    const commits = await lookUp(commitsIn(reached.found));
    tip ??= commits.tip;
    if (commits.problem) notices.add(commits.problem);
    return reportOf(reached.cluster, reached.found, commits);
  };
  const reports: Promise<ClusterReport>[] = [];
  await readClusters(clusters, clusterStatus, (reached) => {
    const told = report(reached).then((each) => {
      seen(each);
      return each;
    });
    told.catch(() => undefined);
    reports.push(told);
  });
  const all = await Promise.all(reports);
  const order = clusters.map(({ name }) => name);
  all.sort((a, b) => order.indexOf(a.cluster) - order.indexOf(b.cluster));
  return { ...(tip && { tip }), clusters: all, notices: [...notices] };
}

/** Looks commits up one question after the other, each commit once: clusters mostly have the same ones. */
function lookUps(copy: RepositoryCopy): (commits: readonly string[]) => Promise<KnownCommits> {
  let last: Promise<KnownCommits> = Promise.resolve({ known: new Map() });
  const asked = new Set<string>();
  return (commits) => {
    const isNew = asked.size === 0 || commits.some((commit) => !asked.has(commit));
    for (const commit of commits) asked.add(commit);
    if (isNew) last = last.then(() => knownCommits(copy, asked));
    return last;
  };
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
