import type { App, ResourceQuantities } from './app';
import { type Cluster, nodeNames } from './cluster';
import { FleetError, type Problem } from './fleet-error';
import { gitServerStack, type Fleet } from './fleet';

const label = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const quantity = /^\d+(\.\d+)?(m|k|Ki|Mi|Gi|M|G)?$/;
const envName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const imageName = /^[a-z0-9]([-a-z0-9._/]*[a-z0-9])?(:\d+\/[-a-z0-9._/]*[a-z0-9])?$/;
const imageTag = /^[A-Za-z0-9_][-A-Za-z0-9._]{0,127}$/;
const anyPort = [1, 65535] as const;
const nodePortRange = [30000, 32767] as const;
const reservedNamespaces = [
  'default',
  'flux-system',
  'kube-system',
  'kube-public',
  'kube-node-lease',
  'local-path-storage',
];

/** @throws FleetError that names every mistake in the fleet. */
export function checkFleet(fleet: Fleet): void {
  const problems = [...names(fleet), ...hostPorts(fleet), ...runs(fleet), ...nodePorts(fleet)];
  for (const [name, app] of Object.entries(fleet.apps))
    problems.push(...settings(`apps.${name}`, app), ...image(name, app));
  for (const [name, cluster] of Object.entries(fleet.clusters)) problems.push(...clusterShape(name, cluster));
  if (problems.length > 0) throw new FleetError(...problems);
}

function* names({ name, clusters, apps }: Fleet): Iterable<Problem> {
  if (!label.test(name) || name.length > 40) yield impossibleName('name', name, 40);
  if (Object.keys(clusters).length === 0) {
    yield { place: 'clusters', problem: 'the fleet has no cluster', next: 'Declare at least one, as in `dev: kind()`' };
  }
  for (const cluster of Object.keys(clusters)) {
    const place = `clusters.${cluster}`;
    // The node's host name, cluster-<name>-control-plane, has at most 63 characters.
    const most = 63 - nodeNames('', { workers: 0 })[0]!.length;
    if (!label.test(cluster) || cluster.length > most) yield impossibleName(place, cluster, most);
    if (cluster === gitServerStack) {
      yield {
        place,
        problem: `\`${cluster}\` is the name of the git server's stack`,
        next: 'Give the cluster another name',
      };
    }
  }
  for (const app of Object.keys(apps)) {
    const place = `apps.${app}`;
    if (!label.test(app) || app.length > 53) yield impossibleName(place, app, 53);
    if (reservedNamespaces.includes(app)) {
      yield {
        place,
        problem: `an app has a namespace of its own name, and \`${app}\` is taken`,
        next: 'Give the app another name',
      };
    }
  }
}

function impossibleName(place: string, name: string, most: number): Problem {
  return {
    place,
    problem: `\`${name}\` is not a possible name`,
    next: `Use at most ${most} lower-case letters, digits and dashes, a letter first, no dash last`,
  };
}

function* hostPorts({ git, clusters }: Fleet): Iterable<Problem> {
  const owner = new Map<number, string>([[git.port, 'git.port']]);
  yield* portRange('git.port', git.port, anyPort);
  for (const [name, cluster] of Object.entries(clusters)) {
    for (const [key, nodePort] of Object.entries(cluster.ports)) {
      const place = `clusters.${name}.ports.${key}`;
      const port = Number(key);
      yield* portRange(place, port, anyPort);
      yield* portRange(place, nodePort, anyPort);
      const other = owner.get(port);
      if (other)
        yield {
          place,
          problem: `port ${port} of this machine is taken by \`${other}\``,
          next: 'Choose another host port',
        };
      owner.set(port, place);
    }
  }
}

function* portRange(place: string, port: number, [least, most]: readonly [number, number]): Iterable<Problem> {
  if (Number.isInteger(port) && port >= least && port <= most) return;
  yield { place, problem: `\`${port}\` is not a possible port`, next: `Use a whole number from ${least} to ${most}` };
}

function* clusterShape(name: string, { workers }: Cluster): Iterable<Problem> {
  if (Number.isInteger(workers) && workers >= 0 && workers <= 50) return;
  yield {
    place: `clusters.${name}.workers`,
    problem: `\`${workers}\` is not a possible number of nodes`,
    next: 'Use a whole number from 0 to 50',
  };
}

function* runs({ runs: all, clusters, apps }: Fleet): Iterable<Problem> {
  for (const cluster of Object.keys(clusters)) {
    if (all[cluster]) continue;
    yield {
      place: `runs.${cluster}`,
      problem: `nothing is said of cluster \`${cluster}\``,
      next: `Add \`${cluster}: {}\` if it is to run nothing`,
    };
  }
  for (const [cluster, overlays] of Object.entries(all)) {
    if (!clusters[cluster]) {
      yield { place: `runs.${cluster}`, ...undeclared('cluster', cluster, clusters) };
      continue;
    }
    for (const [app, overlay] of Object.entries(overlays)) {
      const place = `runs.${cluster}.${app}`;
      if (apps[app]) yield* settings(place, overlay);
      else yield { place, ...undeclared('app', app, apps) };
    }
  }
}

function undeclared(what: 'app' | 'cluster', name: string, declared: object): Omit<Problem, 'place'> {
  const known = Object.keys(declared).map((key) => `\`${key}\``);
  return {
    problem: `there is no ${what} \`${name}\``,
    next: `Declare it under \`${what}s\`, or use one of ${known.join(', ') || '(none yet)'}`,
  };
}

function* nodePorts({ runs: all, apps }: Fleet): Iterable<Problem> {
  for (const [cluster, overlays] of Object.entries(all)) {
    const owner = new Map<number, string>();
    for (const app of Object.keys(overlays)) {
      const port = apps[app]?.nodePort;
      if (port === undefined) continue;
      const other = owner.get(port);
      if (other) {
        yield {
          place: `apps.${app}.nodePort`,
          problem: `node port ${port} is taken by \`${other}\` in cluster \`${cluster}\``,
          next: 'Choose another',
        };
      }
      owner.set(port, app);
    }
  }
}

function* image(name: string, app: App): Iterable<Problem> {
  const place = `apps.${name}`;
  if (!imageName.test(app.image)) {
    yield {
      place: `${place}.image`,
      problem: `\`${app.image}\` is not an image's name`,
      next: 'Write it without its tag, which is the key `tag`',
    };
  }
  yield* portRange(`${place}.port`, app.port, anyPort);
  if (app.nodePort !== undefined) yield* portRange(`${place}.nodePort`, app.nodePort, nodePortRange);
  for (const key of ['readyPath', 'livePath'] as const) {
    if (app[key].startsWith('/')) continue;
    yield { place: `${place}.${key}`, problem: `\`${app[key]}\` is not a path`, next: 'Begin it with a slash' };
  }
}

/** What an app and its overlays both say. */
function* settings(place: string, { replicas, tag, env = {}, resources = {} }: Partial<App>): Iterable<Problem> {
  if (replicas !== undefined && !(Number.isInteger(replicas) && replicas >= 0)) {
    yield {
      place: `${place}.replicas`,
      problem: `\`${replicas}\` is not a number of pods`,
      next: 'Use a whole number, 0 or more',
    };
  }
  if (tag !== undefined && !imageTag.test(tag)) {
    yield {
      place: `${place}.tag`,
      problem: `\`${tag}\` is not an image's tag`,
      next: 'Use letters, digits, dots, dashes and underscores, at most 128',
    };
  }
  for (const key of Object.keys(env)) {
    if (!envName.test(key))
      yield {
        place: `${place}.env`,
        problem: `\`${key}\` is not a variable's name`,
        next: 'Use letters, digits and underscores',
      };
  }
  for (const [kind, quantities] of Object.entries(resources)) {
    for (const [key, value] of Object.entries((quantities ?? {}) as ResourceQuantities)) {
      if (quantity.test(String(value))) continue;
      yield {
        place: `${place}.resources.${kind}.${key}`,
        problem: `\`${String(value)}\` is not a quantity`,
        next: 'Write it as in `50m` or `64Mi`',
      };
    }
  }
}
