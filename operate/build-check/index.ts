import { realpathSync } from 'node:fs';

import { sideBySide } from '../../machine/all-of';
import { type Fleet, type Problem, throwProblems } from '../../model';
import type { BuiltObject, Rendered, Unit } from './built';
import { helmRender } from './helm';
import { unusedImages } from './images';
import { type Build, kustomizeBuild, ownFolder } from './kustomize';
import { unusedPatches } from './patches';
import { objectPlace, writtenPlace } from './places';
import { type Release, releasesIn, renderKey } from './releases';
import { faultsIn } from './rules';
import { substituted } from './substitution';
import { clustersIn, nestedUnits, unitsOf } from './units';

/** What is built, and by what. */
export interface BuildCheckProps {
  readonly fleet: Fleet;
  /** The folder that is published. */
  readonly manifests: string;
  /** The paths of the commands. */
  readonly kustomize: string;
  readonly helm: string;
}

/** A problem in a cluster. The same one may be in several. */
interface Found extends Problem {
  readonly unit: Unit;
}

/**
 * Builds everything that the clusters would build of a folder of manifests, as Flux does, and checks the result: each
 * overlay by kustomize, each chart in the repository by Helm with the values of each cluster.
 *
 * @returns what was not checked, and why
 * @throws FleetError for each app that cannot be built, and for each object that is made twice, is in no namespace, or is a
 * Secret in plain text. Each names what the user wrote, the app and its clusters.
 */
export async function refuseUnbuildable({ manifests, ...others }: BuildCheckProps): Promise<string[]> {
  // As kustomize and Helm print paths.
  const props = { ...others, manifests: realpathSync(manifests) };
  const charts = new Charts(props);
  const found = await sideBySide(clustersIn(props.manifests), (cluster) => checkCluster(props, cluster, charts));
  throwProblems(grouped(found.flat()));
  return charts.notices();
}

async function checkCluster(props: BuildCheckProps, cluster: string, charts: Charts): Promise<Found[]> {
  const { fleet, kustomize, manifests } = props;
  const units = unitsOf(manifests, cluster);
  const own = await buildUnits(props, units);
  const nested = await buildUnits(props, nestedUnits(own.built));
  const substitutions = [...own.built, ...nested.built].map(substituted);
  const built = substitutions.map((one) => one.built);
  const rendered = await sideBySide(releasesIn(built), (release) => renderRelease(props, release, charts));
  const all = [...built, ...rendered.flatMap(({ objects }) => objects)];
  const found = [...substitutions.flatMap((one) => one.faults), ...faultsIn(fleet, all)];
  const faults = found.map(({ built: one, problem, next }) => {
    return { unit: one.unit, place: objectPlace(fleet, manifests, one), problem, next };
  });
  const unused = (await unusedPatches(kustomize, manifests, units)).map(({ unit, target }) => {
    const place = `runs.${cluster}.${unit.name}.patches`;
    const next = 'Change the target to one that an object fits, or remove the patch';
    return { unit, place, problem: `the app has no object that the target fits: \`${JSON.stringify(target)}\``, next };
  });
  const images = units.flatMap((unit) =>
    [...unusedImages(fleet, unit, own.built)].map((problem) => ({ unit, ...problem })),
  );
  return [
    ...own.problems,
    ...nested.problems,
    ...rendered.flatMap((one) => one.problems),
    ...unused,
    ...images,
    ...faults,
  ];
}

/** Builds all at once. Where that fails, each alone, which says what fails, and that two apps have the same object. */
async function buildUnits(props: BuildCheckProps, units: readonly Unit[]) {
  const { kustomize, manifests } = props;
  if (units.length === 0) return { built: [], problems: [] };
  const together = await kustomizeBuild(kustomize, manifests, units);
  if (together.error === undefined) return { built: together.objects, problems: [] };
  const alone = await sideBySide(units, async (unit) => {
    const build = await kustomizeBuild(kustomize, manifests, [unit]);
    return {
      objects: build.objects,
      problems: build.error ? [cannotBuild(props, unit, build.error)] : [],
    };
  });
  return { built: alone.flatMap(({ objects }) => objects), problems: alone.flatMap(({ problems }) => problems) };
}

function cannotBuild({ fleet }: BuildCheckProps, unit: Unit, { message, path }: NonNullable<Build['error']>): Found {
  const { place } = writtenPlace(fleet, unit, path?.startsWith(`${ownFolder(unit)}/`) ? path : unit.path);
  if (isPatchError(message) && place.startsWith('runs.')) {
    const next = `Compare the patch with the object in \`manifests/${ownFolder(unit)}\``;
    return { unit, place: `${place}.patches`, problem: `a patch does not fit: ${message}`, next };
  }
  // A sentence of kustomize, with the user's files in place of their copies.
  const written = message.replaceAll(/\b(?:apps|tenants)\/[^\s':"]+/g, (file) => {
    const one = writtenPlace(fleet, unit, file);
    return file.startsWith(ownFolder(unit)) && one.isFile ? one.place : file;
  });
  const [, kind, name] = /already registered id: (\w+)\.\S*?\/(\S+)\.(?:\[noNs\]|[a-z0-9-]+)/.exec(message) ?? [];
  if (kind)
    return { unit, place, problem: `${kind} \`${name}\` is in it twice`, next: 'Remove one of the two, or rename it' };
  const workload = /resource with name (\S+) does not match a config/.exec(message)?.[1];
  if (workload) {
    const problem = `\`replicas\` names \`${workload}\`, and no object with a number of pods has that name when it is built`;
    return { unit, place, problem, next: 'Use the name of a Deployment or a StatefulSet' };
  }
  const next = 'Fix what it names. `manifests/` has what was built, and `kubectl kustomize` builds it by hand';
  return { unit, place, problem: `kustomize cannot build it: ${written}`, next };
}

/** Whether a sentence of kustomize is about a patch that cannot be applied. */
function isPatchError(message: string): boolean {
  return /^(\w+ operation|error in \w+ for path|testing value|error parsing regexp|unable to parse)/.test(message);
}

/** The charts that were rendered. Clusters with the same values have the same result. */
class Charts {
  private readonly rendered = new Map<string, Promise<Rendered>>();

  constructor(private readonly props: BuildCheckProps) {}

  render(release: Release): Promise<Rendered> {
    const key = renderKey(release);
    const known = this.rendered.get(key) ?? helmRender({ ...this.props, release });
    this.rendered.set(key, known);
    return known;
  }

  async notices(): Promise<string[]> {
    const all = await Promise.all(this.rendered.values());
    return [...new Set(all.flatMap(({ notice }) => notice ?? []))];
  }
}

async function renderRelease({ fleet }: BuildCheckProps, release: Release, charts: Charts) {
  const { unit, chart } = release;
  const { objects, error } = await charts.render(release);
  const built = objects.map((one): BuiltObject => ({ ...one, unit }));
  if (!error) return { objects: built, problems: [] };
  const place = error.file ? writtenPlace(fleet, unit, error.file).place : chart;
  const problem = `Helm cannot render it for \`${unit.name}\`: ${error.message}`;
  const next = /missing in charts\//.test(error.message)
    ? `Run \`helm dependency build ${chart}\`, and commit \`${chart}/charts\``
    : `Fix the chart, or the values: \`apps.${unit.name}.values\`, \`runs.${unit.cluster}.${unit.name}.values\``;
  return { objects: built, problems: [{ unit, place, problem, next }] };
}

/** Each problem once, with the app and the clusters that have it. */
function grouped(found: readonly Found[]): Problem[] {
  const groups = new Map<string, Found[]>();
  for (const one of found) {
    const key = JSON.stringify([one.place, one.problem, one.unit.name]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const problems = [...groups.values()].map((same) => {
    const { place, problem, next, unit } = same[0]!;
    const clusters = same.map((one) => one.unit.cluster).join(', ');
    return { place: `${place} (${unit.name} in ${clusters})`, problem, next };
  });
  return problems.sort((a, b) => a.place.localeCompare(b.place, 'en', { numeric: true }));
}
