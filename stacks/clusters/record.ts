import { existsSync, readFileSync, rmSync } from 'node:fs';
import { writePrivateFile } from '../../machine/files';
import { localPath } from '../../machine/paths';
import { FleetError, localPaths } from '../../model';

/** What was in a cluster before the fleet, and was taken over: Flux with its namespace, or the namespace alone. */
export type Adopted = readonly ('flux' | 'namespace')[];

/** What `up` found of a cluster that somebody else made, and what it takes over there. */
export interface ClusterRecord {
  /** The UID of its namespace kube-system, which no other cluster has. */
  readonly uid: string;
  /** What `down` leaves. */
  readonly adopted: Adopted;
}

/** The record of a cluster; undefined for one that this program makes itself, and for one that was not brought up. */
export function clusterRecord(name: string): ClusterRecord | undefined {
  const file = localPath(localPaths.existing(name));
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ClusterRecord) : undefined;
}

export function recordCluster(name: string, record: ClusterRecord): void {
  writePrivateFile(localPath(localPaths.existing(name)), JSON.stringify(record));
}

export function forgetRecord(name: string): void {
  for (const path of [localPaths.existing(name), localPaths.existingKubeconfig(name)])
    rmSync(localPath(path), { force: true });
}

/** The record and the kubeconfig with which `up` looked at a cluster. @throws FleetError where it has not */
export function knownCluster(name: string): ClusterRecord & { readonly kubeconfig: string } {
  const [record, file] = [clusterRecord(name), localPath(localPaths.existingKubeconfig(name))];
  if (record && existsSync(file)) return { ...record, kubeconfig: readFileSync(file, 'utf8') };
  throw new FleetError({
    place: `cluster ${name}`,
    problem: 'somebody else made it, and nobody has looked yet what is in it',
    next: 'Run `npm run up`, which does so before it changes anything',
  });
}
