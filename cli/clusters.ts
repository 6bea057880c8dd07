import { Argument, Option } from 'commander';
import { allOf } from '../machine/all-of';
import { type Fleet, FleetError } from '../model';
import { nearest } from '../model/validation/values';
import type { ClusterClient } from '../operate/cluster-client';
import { type ClusterAccess, openClient, reachTimeout, unreachable } from '../operate/reach';
import { kubeconfigPath } from './environment';

/** The exit code of a command when a cluster or the repository does not answer. */
export const unreachableCode = 3;

/** An option `--cluster` that can be given more than once. */
export function clusterOption(description = 'only these clusters'): Option {
  return new Option('--cluster <names...>', description);
}

/** The name of an app or tenant. */
export function appArgument(form: '<app>' | '[app]' = '<app>'): Argument {
  return new Argument(form, 'the app or tenant, as fleet.ts names it');
}

/** @throws FleetError for a name that no cluster has */
export function chosenClusters(fleet: Fleet, chosen?: readonly string[]): ClusterAccess[] {
  const names = chosen ?? Object.keys(fleet.clusters);
  for (const name of names) refuseUnknown('cluster', name, Object.keys(fleet.clusters));
  return [...new Set(names)].map((name) => ({ name, kubeconfig: kubeconfigPath(name) }));
}

/** The clusters that run an app or tenant. @throws FleetError for a name that fleet.ts does not have, or not there */
export function clustersOf(fleet: Fleet, app: string, chosen?: readonly string[]): ClusterAccess[] {
  refuseUnknownApp(fleet, app);
  const running = Object.keys(fleet.clusters).filter((cluster) => Object.hasOwn(fleet.runs[cluster] ?? {}, app));
  const clusters = chosenClusters(fleet, chosen ?? running);
  const other = clusters.find(({ name }) => !running.includes(name));
  if (!other && running.length > 0) return clusters;
  const place = other ? `runs.${other.name}` : 'runs';
  const next = running.length > 0 ? `Use ${running.join(' or ')}` : `Add ${app} to a cluster in \`runs\``;
  throw new FleetError({ place, problem: `${app} does not run ${other ? 'there' : 'anywhere'}`, next });
}

/** @throws FleetError for a name that no app and no tenant has */
export function refuseUnknownApp({ apps, tenants }: Fleet, name: string): void {
  refuseUnknown('app', name, Object.keys({ ...apps, ...tenants }));
}

function refuseUnknown(what: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  const problem = `fleet.ts has no ${what} of this name`;
  throw new FleetError({ place: `${what} ${name}`, problem, next: nearest(name, known) });
}

/**
 * Does something in each cluster, side by side. One that fails holds up no other.
 *
 * @throws FleetError with all that failed; with exit code 3 where a cluster does not answer
 */
export async function inClusters<T>(
  clusters: readonly ClusterAccess[],
  work: (client: ClusterClient) => Promise<T>,
): Promise<T[]> {
  const one = async ({ name, kubeconfig }: ClusterAccess) => work(openClient(name, kubeconfig, reachTimeout));
  return allOf(clusters.map((cluster) => one(cluster).catch((error: unknown) => raise(cluster, error))));
}

function raise({ name }: ClusterAccess, error: unknown): never {
  const reason = unreachable(error);
  process.exitCode = unreachableCode;
  const problem = `the cluster does not answer (${reason})`;
  throw new FleetError({ place: `cluster ${name}`, problem, next: 'Run `npm run up`, which starts what has stopped' });
}
