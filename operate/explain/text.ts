import { printable } from '../../model/fleet-error';
import { listed, waitersOf } from '../listed';
import { type ClusterReport, type FoldedCause, foldCauses } from './cause';

/** How a cause is shown in a terminal: the units and clusters with what is wrong, the words of the cluster, what to do. */
export function causeLines({ cause, causes }: FoldedCause): string[] {
  const { problem, next, trail, log = [], waiting = [], commit, place } = cause;
  const root = trail.at(-1);
  const lines = [
    `${placesOf(causes)}: ${problem}.`,
    ...(root ? [`  ${root.subject}${root.reason ? ` (${root.reason})` : ''}: ${shortened(root.message)}`] : []),
    ...log.map((line) => `  | ${line}`),
    ...(waiting.length > 0 ? [`  ${waitersOf(waiting)}.`] : []),
    ...(commit ? [`  Commit ${commit.sha.slice(0, 12)} by ${commit.author}: ${commit.subject}`] : []),
    ...(place ? [`  ${place}`] : []),
    `  ${next}.`,
  ];
  return lines.map(printable);
}

/** What fails in the clusters, as lines for a terminal. */
export function reportLines(reports: readonly ClusterReport[]): string[] {
  const unreachable = reports.flatMap(({ cluster, unreachable: why }) =>
    why === undefined ? [] : [`Cluster ${cluster} does not answer: ${why}.`],
  );
  const folded = foldCauses(reports.flatMap(({ causes }) => causes)).map((one) => causeLines(one).join('\n'));
  const reached = reports.filter((report) => report.unreachable === undefined).map(({ cluster }) => cluster);
  if (folded.length > 0 || reached.length === 0) return [...unreachable, ...folded];
  return [...unreachable, `Nothing fails in ${listed(reached)}.`];
}

/** `app-a in dev and prod; app-b in dev`. */
export function placesOf(causes: FoldedCause['causes']): string {
  const clusters = new Map<string, string[]>();
  for (const { unit, cluster } of causes) {
    clusters.set(unit, [...new Set([...(clusters.get(unit) ?? []), cluster])]);
  }
  const units = new Map<string, string[]>();
  for (const [unit, names] of clusters) units.set(listed(names), [...(units.get(listed(names)) ?? []), unit]);
  return [...units].map(([names, of]) => `${listed(of)} in ${names}`).join('; ');
}

/** A message on one line, and not longer than a few of the terminal's. */
function shortened(message: string): string {
  const line = message.trim().replaceAll(/\s*\n\s*/g, '; ');
  return line.length > 400 ? `${line.slice(0, 280)} … ${line.slice(-100)}` : line;
}
