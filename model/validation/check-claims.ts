import { appModels } from '../apps';
import { clusterModels, type HostPort } from '../clusters';
import type { Problem } from '../fleet-error';
import type { FleetName } from '../names';
import { repositoryModels } from '../repositories';
import { asRecord, at, type UnknownRecord } from './values';

/** A port of this machine that the repository and a cluster use, or two clusters. */
export function* hostPorts(fleet: FleetName, git: UnknownRecord, clusters: UnknownRecord): Iterable<Problem> {
  const owners = new Map<string, string>();
  const ofClusters = Object.entries(clusters).flatMap(([name, cluster]) =>
    portsAt(`clusters.${name}`, clusterModels.find(asRecord(cluster))?.hostPorts(cluster as never)),
  );
  const ofRepository = portsAt('git', repositoryModels.find(git)?.hostPorts(git as never, fleet));
  for (const { port, place } of [...ofRepository, ...ofClusters]) {
    const owner = owners.get(port);
    const problem = `host port ${port} is already used by \`${owner}\``;
    if (owner) yield { place, problem, next: 'Choose another host port' };
    owners.set(port, place);
  }
}

function portsAt(place: string, ports: readonly HostPort[] = []) {
  return ports.map(({ port, path }) => ({ port, place: `${place}.${path}` }));
}

/** A node port, a host name and the like that two apps of one cluster claim. */
export function* claims(apps: UnknownRecord, runs: Readonly<Record<string, UnknownRecord>>): Iterable<Problem> {
  for (const [cluster, running] of Object.entries(runs)) {
    const owners = new Map<string, string>();
    for (const [name, overlay] of Object.entries(running)) {
      if (overlay === undefined || !Object.hasOwn(apps, name)) continue;
      const app = asRecord(apps[name]);
      for (const { what, key, overridden } of appModels.find(app)?.claims?.(app, asRecord(overlay)) ?? []) {
        const place = at(overridden ? `runs.${cluster}.${name}` : `apps.${name}`, key);
        const owner = owners.get(what);
        const problem = `${what} is already used by \`${owner}\` in cluster \`${cluster}\``;
        if (owner) yield { place, problem, next: 'Choose another' };
        owners.set(what, name);
      }
    }
  }
}
