import { appAlone, overlaid } from './check-app';
import { claims, hostPorts } from './check-claims';
import { order } from './check-order';
import { possibleName, taken } from './check-names';
import { tenantNames } from '../tenants/check-tenants';
import { clusterModels } from '../clusters';
import { FleetError, type Problem } from '../fleet-error';
import { defaultFleetName, fluxNamespace, repositoryStack } from '../names';
import { gitServer } from '../repositories/git-server';
import { at, listed, type Named, named, textOf } from './schema';
import { fleetShape, overlayShape } from './fleet-schema';

/** The parts of a fleet, of which nothing is known yet but that each is an object. */
interface Parts {
  readonly clusters: Named;
  readonly apps: Named;
  readonly tenants: Named;
  /** The apps and the tenants. */
  readonly units: Named;
  readonly runs: Readonly<Record<string, Named>>;
}

/** The greatest length of a stack's name: https://www.pulumi.com/docs/iac/concepts/stacks */
const maxStackName = 100;

const reservedNamespaces = [
  'default',
  fluxNamespace,
  'kube-system',
  'kube-public',
  'kube-node-lease',
  'local-path-storage',
];

/** @throws FleetError that names every mistake in what `fleet.ts` says. */
export function checkFleet(props: unknown): void {
  const { name = defaultFleetName, git = gitServer(), clusters, apps, tenants, runs } = named(props);
  const parts = {
    clusters: named(clusters),
    apps: named(apps),
    tenants: named(tenants),
    units: { ...named(tenants), ...named(apps) },
    runs: eachNamed(named(runs)),
  };
  const problems = [
    ...fleetShape('', props),
    ...names(textOf(name), parts),
    ...hiddenNames(parts),
    ...hostPorts(named(git), parts.clusters),
    ...declared(parts),
    ...overlays(parts),
    ...Object.entries(parts.apps).flatMap(([app, said]) => [...appAlone(at('apps', app), named(said))]),
    ...claims(parts),
    ...order({ units: parts.units, runs: parts.runs, placeOf: (name) => placeOf(parts, name) }),
  ];
  if (problems.length > 0) throw new FleetError(...problems);
}

function eachNamed(value: Named): Parts['runs'] {
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, named(each)]));
}

function placeOf({ apps }: Parts, unit: string): string {
  return at(Object.hasOwn(apps, unit) ? 'apps' : 'tenants', unit);
}

function* names(name: string, { clusters, apps, tenants }: Parts): Iterable<Problem> {
  yield* possibleName('name', name, 40);
  if (Object.keys(clusters).length === 0) {
    yield { place: 'clusters', problem: 'the fleet has no cluster', next: 'Declare at least one, as in `dev: kind()`' };
  }
  for (const [cluster, value] of Object.entries(clusters)) {
    const place = at('clusters', cluster);
    const model = clusterModels.find(named(value));
    yield* possibleName(place, cluster, Math.min(maxStackName, model?.maxNameLength({ name }) ?? maxStackName));
    if (cluster === repositoryStack) yield taken(place, cluster, "of the repository's stack");
  }
  for (const app of Object.keys(apps)) {
    const place = at('apps', app);
    yield* possibleName(place, app, 53);
    if (reservedNamespaces.includes(app)) yield taken(place, app, 'of a namespace that every cluster has');
    if (app === 'kustomization') yield taken(place, app, 'of the file that lists the apps of a cluster');
  }
  yield* tenantNames(tenants, { apps, reserved: reservedNamespaces });
}

/** `{ __proto__: webApp(…) }` sets an object's prototype: without a word, there is no such app. */
function* hiddenNames({ clusters, apps, tenants, runs }: Parts): Iterable<Problem> {
  for (const [place, object] of Object.entries({ clusters, apps, tenants, ...prefixed('runs', runs) })) {
    const prototype: unknown = Object.getPrototypeOf(object);
    if (prototype === null || Object.getPrototypeOf(prototype) === null) continue;
    yield* possibleName(at(place, '__proto__'), '__proto__', 53);
  }
}

function prefixed<V>(prefix: string, object: Readonly<Record<string, V>>): Record<string, V> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [at(prefix, key), value]));
}

function* declared({ runs, clusters, units }: Parts): Iterable<Problem> {
  for (const cluster of Object.keys(clusters)) {
    if (Object.hasOwn(runs, cluster)) continue;
    const problem = `nothing is said of cluster \`${cluster}\``;
    yield { place: at('runs', cluster), problem, next: `Add \`${cluster}: {}\` if it is to run nothing` };
  }
  for (const [cluster, overlays] of Object.entries(runs)) {
    const place = at('runs', cluster);
    if (!Object.hasOwn(clusters, cluster)) yield { place, ...undeclared('cluster', cluster, clusters) };
    for (const app of Object.keys(overlays)) {
      if (!Object.hasOwn(units, app)) yield { place: at(place, app), ...undeclared('app', app, units) };
    }
  }
}

function undeclared(what: 'app' | 'cluster', name: string, known: Named): Omit<Problem, 'place'> {
  return {
    problem: `there is no ${what} \`${name}\``,
    next: `Declare it under \`${what}s\`, or use one of ${listed(Object.keys(known))}`,
  };
}

function* overlays({ runs, units }: Parts): Iterable<Problem> {
  for (const [cluster, running] of Object.entries(runs)) {
    for (const [name, overlay] of Object.entries(running)) {
      if (overlay === undefined || !Object.hasOwn(units, name)) continue;
      const place = `runs.${cluster}.${name}`;
      yield* overlayShape(units[name])(place, overlay);
      yield* overlaid(place, named(units[name]), named(overlay));
    }
  }
}
