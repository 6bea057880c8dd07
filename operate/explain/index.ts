import { fluxNamespace, fluxRoot } from '../../model';
import { type ClusterClient, type FluxObject, readyCondition } from '../cluster-client';
import type { Cause } from './cause';
import { FluxTrails, waitsForOthers } from './flux-trails';
import { explainBy, type At, type Explanation } from './rule';
import { rules } from './rules';
import { controllerTrails, receiverTrails, sharedObjects } from './surroundings';
import { stepOf, subjectText, type Symptom, type Trail } from './symptom';

export { type Cause, type ClusterReport, foldCauses, type FoldedCause } from './cause';
export { causeLines, reportLines } from './text';

/**
 * Why the units that are not ready are not. What is only a consequence is folded under its root: a unit that waits for
 * another one is in {@link Cause.waiting}. Costs API requests only for what is not ready.
 *
 * @param objects the objects of Flux in the cluster
 * @param units the apps and tenants that are not ready
 */
export async function causesOf(
  client: ClusterClient,
  objects: readonly FluxObject[],
  units: readonly string[],
): Promise<Cause[]> {
  const trails = new FluxTrails(client, objects);
  const waiting = waitingFor(trails, units);
  const roots = new Set([...units.filter((unit) => !waiting.has(unit)), ...[...waiting.values()].flat()]);
  const causes = await Promise.all([...roots].map((unit) => unitCauses(client, trails, unit)));
  const around = roots.size > 0 ? await surroundings(client, trails, objects) : [];
  return distinct([...around, ...causes.flat()]).map((cause) => {
    const names = [...waiting].filter(([, on]) => on.includes(cause.unit)).map(([name]) => name);
    return names.length > 0 ? { ...cause, waiting: names } : cause;
  });
}

/** The units that wait for others, with those at the end of the way. */
function waitingFor(trails: FluxTrails, units: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const unit of units) {
    const ends = endsOf(trails, unit, new Set());
    if (!ends.includes(unit)) found.set(unit, ends);
  }
  return found;
}

function endsOf(trails: FluxTrails, unit: string, seen: Set<string>): string[] {
  const object = trails.find('Kustomization', unit);
  if (!object || seen.has(unit) || !waitsForOthers(object)) return [unit];
  seen.add(unit);
  const names = object.spec.dependsOn?.map(({ name }) => name) ?? [];
  const open = names.filter((name) => readyCondition(trails.find('Kustomization', name)!)?.status !== 'True');
  return [...new Set(open.flatMap((name) => endsOf(trails, name, seen)))];
}

async function unitCauses(client: ClusterClient, trails: FluxTrails, unit: string): Promise<Cause[]> {
  const own = trails.find('Kustomization', unit);
  const first = unit === fluxRoot ? trails.find('GitRepository', fluxRoot) : undefined;
  if (!own) return [causeOf({ client, unit, trail: [missing(unit)], stale: false, stalled: false })];
  const objects = [first, own].filter((object) => object !== undefined);
  const found = await Promise.all(objects.map((object) => trails.of(object)));
  const stale = isStale(trails, own);
  return found.flat().map((trail) => causeOf({ client, unit, trail, stale, stalled: trails.hasStalled(trail) }));
}

function missing(name: string): Symptom {
  return { subject: { kind: 'Kustomization', namespace: fluxNamespace, name }, reason: 'Missing', message: '' };
}

/** Whether an object tells of a revision before the one that Flux has fetched. */
function isStale(trails: FluxTrails, object: FluxObject): boolean {
  const { metadata, spec, status } = object;
  const { kind = 'GitRepository', name = fluxRoot, namespace = metadata.namespace } = spec.sourceRef ?? {};
  const revision = trails.find(kind, name, namespace)?.status?.artifact?.revision;
  const attempted = status?.lastAttemptedRevision;
  // Flux writes the status's own generation only when it is ready or has given up.
  const generation = readyCondition(object)?.observedGeneration ?? status?.observedGeneration;
  return generation !== metadata.generation || (attempted !== undefined && attempted !== revision);
}

/** What concerns the whole cluster, looked for once something is asked: who else would tell it? */
async function surroundings(
  client: ClusterClient,
  trails: FluxTrails,
  objects: readonly FluxObject[],
): Promise<Cause[]> {
  const found = await Promise.all([
    controllerTrails(client, trails.namespaces),
    receiverTrails(client).catch(() => []),
  ]);
  const common = { client, stale: false, stalled: false };
  return [
    ...found.flat().map((trail) => causeOf({ ...common, unit: fluxRoot, trail })),
    ...[...sharedObjects(objects)].map(([unit, symptom]) => causeOf({ ...common, unit, trail: [symptom] })),
  ];
}

interface CauseProps {
  readonly client: ClusterClient;
  readonly unit: string;
  readonly trail: Trail;
  readonly stale: boolean;
  readonly stalled: boolean;
}

function causeOf({ client, unit, trail, stale, stalled }: CauseProps): Cause {
  const root = [...trail].reverse().find((symptom) => explained(client, unit, symptom)) ?? trail.at(-1)!;
  const { outcome, ...explanation } = explained(client, unit, root) ?? unknown(at(client, unit, root), root);
  const steps = trail.slice(0, trail.indexOf(root) + 1);
  return {
    cluster: client.name,
    unit,
    ...explanation,
    subject: subjectText(root.subject),
    outcome: stalled ? 'final' : stale ? 'may heal' : outcome,
    trail: steps.map(stepOf),
    ...(root.log?.length && { log: root.log }),
  };
}

function at(client: ClusterClient, unit: string, { subject }: Symptom): At {
  const { kind, namespace = fluxNamespace, name } = subject;
  return { cluster: client.name, unit, kind, namespace, name, kubectl: `kubectl --context ${client.context}` };
}

function explained(client: ClusterClient, unit: string, symptom: Symptom): Explanation | undefined {
  return explainBy(rules, symptom, at(client, unit, symptom));
}

/** What no rule knows is shown as it is. */
function unknown({ kubectl, kind, namespace, name }: At, { reason, message }: Symptom): Omit<Explanation, 'rule'> {
  return {
    problem: `this failure is not in the catalogue, so these are the cluster's own words: ${[reason, message].filter(Boolean).join(': ')}`,
    next: `Run \`${kubectl} -n ${namespace} describe ${kind.toLowerCase()} ${name}\` to see more`,
    outcome: 'may heal',
  };
}

/** One of each: the pods of several workloads may fail of the same. */
function distinct(causes: readonly Cause[]): Cause[] {
  const byKey = new Map(
    causes.map((cause) => [[cause.unit, cause.rule, cause.problem].join('\n'), cause] as const).reverse(),
  );
  return [...byKey.values()].reverse();
}
