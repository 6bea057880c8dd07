import { clusterModels } from '../clusters';
import type { Problem } from '../fleet-error';
import { repositoryModels } from '../repositories';
import { at, type Named, named, textOf } from './schema';

/** A port of this machine that two of the repository and the clusters take. */
export function* hostPorts(git: Named, clusters: Named): Iterable<Problem> {
  const owners = new Map<string, string>();
  for (const { port, place } of [...repositoryPorts(git), ...clusterPorts(clusters)]) {
    const owner = owners.get(port);
    const problem = `port ${port} of this machine is taken by \`${owner}\``;
    if (owner) yield { place, problem, next: 'Choose another host port' };
    owners.set(port, place);
  }
}

interface PortAt {
  readonly port: string;
  readonly place: string;
}

function repositoryPorts(git: Named): PortAt[] {
  const ports = repositoryModels.find(git)?.hostPorts(git as never) ?? [];
  return ports.map(({ port, path }) => ({ port, place: `git.${path}` }));
}

function clusterPorts(clusters: Named): PortAt[] {
  return Object.entries(clusters).flatMap(([name, cluster]) => {
    const ports = clusterModels.find(named(cluster))?.hostPorts(cluster as never) ?? [];
    return ports.map(({ port, path }) => ({ port, place: `clusters.${name}.${path}` }));
  });
}

/** The apps, and which cluster runs which. */
export interface Claimants {
  readonly apps: Named;
  readonly runs: Readonly<Record<string, Named>>;
}

/** A node port or a host name that two apps of one cluster have. */
export function* claims({ runs, apps }: Claimants): Iterable<Problem> {
  for (const [cluster, running] of Object.entries(runs)) {
    const owners = new Map<string, string>();
    for (const [app, overlay] of Object.entries(running)) {
      if (overlay === undefined || !Object.hasOwn(apps, app)) continue;
      for (const { what, place } of claimsOf(app, named(apps[app]), { cluster, overlay: named(overlay) })) {
        const owner = owners.get(what);
        const problem = `${what} is taken by \`${owner}\` in cluster \`${cluster}\``;
        if (owner) yield { place, problem, next: 'Choose another' };
        owners.set(what, app);
      }
    }
  }
}

interface Here {
  readonly cluster: string;
  readonly overlay: Named;
}

function* claimsOf(app: string, said: Named, { cluster, overlay }: Here): Iterable<{ what: string; place: string }> {
  const port = textOf(said['nodePort']);
  if (port) yield { what: `node port ${port}`, place: `apps.${app}.nodePort` };
  const changed = overlay['hosts'] !== undefined;
  const hosts = changed ? overlay['hosts'] : said['hosts'];
  if (!Array.isArray(hosts)) return;
  const place = at(changed ? `runs.${cluster}.${app}` : `apps.${app}`, 'hosts');
  for (const host of new Set(hosts.map(textOf))) yield { what: `host \`${host}\``, place };
}
