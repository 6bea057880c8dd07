import { appModels } from '../apps';
import { clusterModels } from '../clusters';
import { mapValues } from '../defaults';
import type { Problem } from '../fleet-error';
import { fluxModels } from '../flux';
import { defaultFleetName, fluxNamespace, repositoryStack } from '../names';
import { repositoryModels } from '../repositories';
import { gitServer } from '../repositories/git-server';
import { tenantNames } from '../tenants/check-tenants';
import { tenantOverlaySchema } from '../tenants/tenant';
import { claims, hostPorts } from './check-claims';
import { asRecord, at, listed, nameInUse, toText, type UnknownRecord, validName } from './values';
import { order } from './check-order';

/** The parts of a fleet. Each is an object, but its properties may be invalid. */
interface Parts {
  readonly clusters: UnknownRecord;
  readonly apps: UnknownRecord;
  readonly tenants: UnknownRecord;
  readonly units: UnknownRecord;
  readonly runs: Readonly<Record<string, UnknownRecord>>;
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

/** What is wrong with a fleet as a whole, and with each app beyond its schema. */
export function* fleetProblems(props: unknown): Iterable<Problem> {
  const { name = defaultFleetName, git = gitServer(), flux, clusters, apps, tenants, runs } = asRecord(props);
  const parts = {
    clusters: asRecord(clusters),
    apps: asRecord(apps),
    tenants: asRecord(tenants),
    units: { ...asRecord(tenants), ...asRecord(apps) },
    runs: mapValues(asRecord(runs), asRecord),
  };
  yield* names(toText(name), parts);
  yield* hostPorts({ name: toText(name) }, asRecord(git), parts.clusters);
  yield* elsewhere(asRecord(git), parts);
  yield* shards(asRecord(flux), parts.apps);
  yield* declared(parts);
  yield* overlays(parts);
  for (const [app, value] of Object.entries(parts.apps)) {
    yield* appModels.find(asRecord(value))?.check?.(at('apps', app), asRecord(value)) ?? [];
  }
  yield* claims(parts.apps, parts.runs);
  yield* order({ units: parts.units, runs: parts.runs, placeOf: (unit) => placeOf(parts, unit) });
}

/** A shard that Flux does not have: nothing would apply the app. */
function* shards(flux: UnknownRecord, apps: UnknownRecord): Iterable<Problem> {
  const shards: unknown = fluxModels.find(flux)?.shards?.(flux as never);
  const known = Array.isArray(shards) ? shards.map(toText) : [];
  for (const [app, value] of Object.entries(apps)) {
    const { shard } = asRecord(value);
    if (shard === undefined || known.includes(toText(shard))) continue;
    const next =
      known.length > 0
        ? `Use one of ${listed(known)}`
        : "Remove it, or set `flux: fluxInstance({ sharding: { shards: ['…'] } })`";
    yield { place: at('apps', `${app}.shard`), problem: `there is no shard \`${toText(shard)}\``, next };
  }
}

function placeOf({ apps }: Parts, unit: string): string {
  return at(Object.hasOwn(apps, unit) ? 'apps' : 'tenants', unit);
}

function* names(name: string, { clusters, apps, tenants }: Parts): Iterable<Problem> {
  // The host names of a cluster's nodes, of at most 63 characters, begin with it.
  yield* validName('name', name, 20);
  if (Object.keys(clusters).length === 0) {
    yield { place: 'clusters', problem: 'the fleet has no cluster', next: 'Declare at least one, as in `dev: kind()`' };
  }
  for (const [cluster, value] of Object.entries(clusters)) {
    const place = at('clusters', cluster);
    const model = clusterModels.find(asRecord(value));
    yield* validName(place, cluster, Math.min(maxStackName, model?.maxNameLength({ name }) ?? maxStackName));
    if (cluster === repositoryStack) yield nameInUse(place, cluster, "the repository's stack");
  }
  for (const app of Object.keys(apps)) {
    const place = at('apps', app);
    yield* validName(place, app, 53);
    if (reservedNamespaces.includes(app)) yield nameInUse(place, app, 'a namespace that every cluster has');
    if (app === 'kustomization') yield nameInUse(place, app, "the file that lists a cluster's apps");
  }
  yield* tenantNames(tenants, { apps, reserved: reservedNamespaces });
}

/** Clusters that cannot reach the repository. */
function* elsewhere(git: UnknownRecord, { clusters }: Parts): Iterable<Problem> {
  const lack = repositoryModels.find(git)?.lackElsewhere?.(git as never);
  for (const [cluster, value] of Object.entries(clusters)) {
    if (lack && clusterModels.find(asRecord(value))?.isElsewhere) yield { place: at('clusters', cluster), ...lack };
  }
}

function* declared({ runs, clusters, units }: Parts): Iterable<Problem> {
  for (const cluster of Object.keys(clusters)) {
    if (Object.hasOwn(runs, cluster)) continue;
    const problem = `cluster \`${cluster}\` has no entry in \`runs\``;
    yield { place: at('runs', cluster), problem, next: `Add \`${cluster}: {}\`, and list in it what the cluster runs` };
  }
  for (const [cluster, overlays] of Object.entries(runs)) {
    const place = at('runs', cluster);
    if (!Object.hasOwn(clusters, cluster)) yield { place, ...undeclared('cluster', cluster, clusters) };
    for (const app of Object.keys(overlays)) {
      if (!Object.hasOwn(units, app)) yield { place: at(place, app), ...undeclared('app', app, units) };
    }
  }
}

function undeclared(what: 'app' | 'cluster', name: string, known: UnknownRecord): Omit<Problem, 'place'> {
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
      const unit = asRecord(units[name]);
      const model = appModels.find(unit);
      if (unit['type'] === 'tenant') yield* tenantOverlaySchema(place, overlay);
      yield* model?.overlaySchema(place, overlay) ?? [];
      yield* model?.checkOverlay?.(place, unit, asRecord(overlay)) ?? [];
    }
  }
}
