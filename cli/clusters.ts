import { Option } from 'commander';
import { type Fleet, FleetError } from '../model';
import { nearest } from '../model/validation/values';
import type { ClusterAccess } from '../operate/reach';
import { kubeconfigPath } from './environment';

/** An option `--cluster` that can be given more than once. */
export function clusterOption(): Option {
  return new Option('--cluster <names...>', 'only these clusters');
}

/** @throws FleetError for a name that no cluster has */
export function chosenClusters(fleet: Fleet, chosen?: readonly string[]): ClusterAccess[] {
  const names = chosen ?? Object.keys(fleet.clusters);
  for (const name of names) refuseUnknown('cluster', name, Object.keys(fleet.clusters));
  return [...new Set(names)].map((name) => ({ name, kubeconfig: kubeconfigPath(name) }));
}

/** @throws FleetError for a name that is none of these */
export function refuseUnknown(what: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  const problem = `fleet.ts has no ${what} of this name`;
  throw new FleetError({ place: `${what} ${name}`, problem, next: nearest(name, known) });
}
