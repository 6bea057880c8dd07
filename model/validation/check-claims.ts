import { appKind } from '../apps';
import type { Problem } from '../fleet-error';
import { asRecord, at, toText, type UnknownRecord } from './schema';

/** Ports of this machine that the git server or another cluster uses too. */
export function* hostPorts(gitPort: unknown, clusters: UnknownRecord): Iterable<Problem> {
  const owners = new Map([[toText(gitPort), 'git.port']]);
  for (const [name, cluster] of Object.entries(clusters)) {
    for (const port of Object.keys(asRecord(asRecord(cluster)['ports']))) {
      const place = `clusters.${name}.ports.${port}`;
      const owner = owners.get(port);
      const problem = `host port ${port} is already used by \`${owner}\``;
      if (owner) yield { place, problem, next: 'Choose another host port' };
      owners.set(port, place);
    }
  }
}

/** The apps, and which cluster runs which. */
export interface RunningApps {
  readonly apps: UnknownRecord;
  readonly runs: Readonly<Record<string, UnknownRecord>>;
}

/** A node port, a host name and the like that two apps of one cluster claim. */
export function* claims({ runs, apps }: RunningApps): Iterable<Problem> {
  for (const [cluster, running] of Object.entries(runs)) {
    const owners = new Map<string, string>();
    for (const [name, overlay] of Object.entries(running)) {
      if (overlay === undefined || !Object.hasOwn(apps, name)) continue;
      const app = asRecord(apps[name]);
      for (const { what, key, overridden } of appKind(toText(app['type']))?.claims?.(app, asRecord(overlay)) ?? []) {
        const place = at(overridden ? `runs.${cluster}.${name}` : `apps.${name}`, key);
        const owner = owners.get(what);
        const problem = `${what} is already used by \`${owner}\` in cluster \`${cluster}\``;
        if (owner) yield { place, problem, next: 'Choose another' };
        owners.set(what, name);
      }
    }
  }
}
