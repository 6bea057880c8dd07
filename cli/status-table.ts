import { describeSuspension } from '../operate/suspended';
import type { ClusterReport, FleetStatus, UnitReport } from '../operate/status/fleet-status';
import { age } from './age';
import { painter } from '../machine/terminal';
import { table } from './table';

const heading = ['CLUSTER', 'APP', 'STATE', 'COMMIT', 'AGE', 'PODS', 'IMAGE', ''];
const colours = { ready: 'green', failed: 'red', waiting: 'yellow', removing: 'yellow' } as const;

/** The state of a fleet as a table, with what the clusters that do not answer complain of below it. */
export function statusTable({ clusters, notices }: FleetStatus, now = Date.now()): string {
  const rows = clusters.flatMap((cluster) => clusterRows(cluster, now));
  return [...(rows.length > 0 ? [table(heading, rows)] : []), ...clusters.flatMap(silence), ...notices].join('\n');
}

/** Why a cluster is not in the table. */
function silence(cluster: ClusterReport): string[] {
  return cluster.reachable ? [] : [`cluster ${cluster.cluster} does not answer: ${cluster.error}`];
}

function clusterRows(report: ClusterReport, now: number): string[][] {
  if (!report.reachable) return [];
  const { cluster, root, apps } = report;
  const units = root.state === 'ready' && !root.suspended ? apps : [root, ...apps];
  return units.flatMap((unit) => unitRows(cluster, unit, now));
}

function unitRows(cluster: string, unit: UnitReport, now: number): string[][] {
  const { name, state, commit, committedAt, pods, workloads } = unit;
  const paint = painter(process.stdout.isTTY);
  const images = [...new Set(workloads.flatMap((workload) => workload.images))];
  const own = [
    cluster,
    name,
    unit.suspended ? paint('yellow', 'suspended') : paint(colours[state], state),
    `${commit.slice(0, 12) || '-'}${unit.behind ? ` -${unit.behind}` : ''}`,
    committedAt ? age(now - Date.parse(committedAt)) : '-',
    workloads.length > 0 ? `${pods.ready}/${pods.wanted}` : '-',
    images.length > 1 && workloads.length > 1 ? `${images.length} images` : (images[0] ?? '-'),
    notes(unit),
  ];
  if (workloads.length < 2) return [own];
  const parts = workloads.map(({ kind, name: part, ready, wanted, images: [image = '-'] }) => {
    return ['', `  ${kind}/${part}`, '', '', '', `${ready}/${wanted}`, image, ''];
  });
  return [own, ...parts];
}

/** What is to be known of an app beyond numbers. */
function notes({ detail, suspended, waitsFor, charts }: UnitReport): string {
  const waits = waitsFor.length > 0 ? `waits for ${waitsFor.join(', ')}` : detail;
  const drifted = charts.filter(({ drift }) => drift).map(({ name }) => `HelmRelease ${name} was changed by hand`);
  return [suspended && describeSuspension(suspended), waits, ...drifted].filter(Boolean).join('; ');
}

/** A line for each app, and each cluster that does not answer, that is not as it was; all of them at first. */
export function changedRows(before: FleetStatus | undefined, after: FleetStatus): string[] {
  const known = new Set(before ? linesOf(before) : []);
  return linesOf(after).filter((line) => !known.has(line));
}

function linesOf({ clusters }: FleetStatus): string[] {
  const rows = clusters.flatMap((cluster) => clusterRows(cluster, 0)).filter(([cluster]) => cluster);
  // Without the age, which always changes.
  const lines = rows.map((row) => [...row.slice(0, 4), ...row.slice(5)].filter(Boolean).join('  '));
  return [...lines, ...clusters.flatMap(silence)];
}
