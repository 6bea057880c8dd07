import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import { sideBySide } from '../../machine/all-of';
import { type Fleet, type Problem, repositoryLayout } from '../../model';
import type { BuiltObject, Fault, Rendered, Unit } from './built';
import { helmRender } from './helm';
import { type Build, kustomizeBuild, ownFolder } from './kustomize';
import { writtenPlace } from './places';
import { type Release, releasesIn, renderKey } from './releases';
import { substituted } from './substitution';
import { nestedUnits, unitsOf } from './units';

/** What is built, and by what. */
export interface BuildProps {
  readonly fleet: Fleet;
  /** The folder that is published, as a path without links, as kustomize and Helm print it. */
  readonly manifests: string;
  /** The paths of the commands. */
  readonly kustomize: string;
  readonly helm: string;
}

/** A problem in a cluster. The same one may be in several. */
export interface Found extends Problem {
  readonly unit: Unit;
}

/** Everything that a cluster builds. */
export interface ClusterBuild {
  readonly cluster: string;
  readonly units: readonly Unit[];
  /** What kustomize has built of the units, before any substitution. */
  readonly own: readonly BuiltObject[];
  /** Every object as Flux and Helm apply it. */
  readonly objects: readonly BuiltObject[];
  /** What could not be built; of such a unit no object is complete. */
  readonly problems: readonly Found[];
  /** What is wrong with variables. */
  readonly faults: readonly Fault[];
}

/** The builds of the clusters of a folder of manifests, each made once. */
export class Builds {
  private readonly charts: Charts;
  private readonly clusters = new Map<string, Promise<ClusterBuild>>();

  /** @param rendered charts of another folder: one with the same files and values is not rendered again */
  constructor(
    readonly props: BuildProps,
    rendered?: Map<string, Promise<Rendered>>,
  ) {
    this.charts = new Charts(props, rendered);
  }

  /** Builds what a cluster would build, as Flux does. */
  of(cluster: string): Promise<ClusterBuild> {
    const known = this.clusters.get(cluster) ?? buildCluster(this.props, cluster, this.charts);
    this.clusters.set(cluster, known);
    return known;
  }

  /** What was not checked of charts, and why. */
  notices(): Promise<string[]> {
    return this.charts.notices();
  }
}

async function buildCluster(props: BuildProps, cluster: string, charts: Charts): Promise<ClusterBuild> {
  const layout = repositoryLayout(props.fleet.git);
  const units = unitsOf(props.manifests, cluster, layout);
  const own = await buildUnits(props, units);
  const nested = await buildUnits(props, nestedUnits(own.built, layout));
  const substitutions = [...own.built, ...nested.built].map(substituted);
  const built = substitutions.map((one) => one.built);
  const rendered = await sideBySide(releasesIn(built), (release) => renderRelease(props, release, charts));
  return {
    cluster,
    units,
    own: own.built,
    objects: [...built, ...rendered.flatMap(({ objects }) => objects)],
    problems: [...own.problems, ...nested.problems, ...rendered.flatMap((one) => one.problems)],
    faults: substitutions.flatMap((one) => one.faults),
  };
}

/** Builds all at once. Where that fails, each alone, which says what fails, and that two apps have the same object. */
async function buildUnits(props: BuildProps, units: readonly Unit[]) {
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

function cannotBuild({ fleet }: BuildProps, unit: Unit, { message, path }: NonNullable<Build['error']>): Found {
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
  private readonly digests = new Map<string, string>();

  /** @param rendered of another folder: a chart with the same files and values is not rendered again */
  constructor(
    private readonly props: BuildProps,
    private readonly rendered = new Map<string, Promise<Rendered>>(),
  ) {}

  render(release: Release): Promise<Rendered> {
    const digest = this.digests.get(release.chart) ?? digestOf(join(this.props.manifests, release.chart));
    this.digests.set(release.chart, digest);
    const key = `${digest} ${renderKey(release)}`;
    const known = this.rendered.get(key) ?? helmRender({ ...this.props, release });
    this.rendered.set(key, known);
    return known;
  }

  async notices(): Promise<string[]> {
    const all = await Promise.all(this.rendered.values());
    return [...new Set(all.flatMap(({ notice }) => notice ?? []))];
  }
}

/** Changes with each file of a folder. */
function digestOf(folder: string): string {
  const hash = createHash('sha256');
  const entries = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
  const files = entries.flatMap((entry) => (entry.isFile() ? join(entry.parentPath, entry.name) : []));
  for (const file of files.sort())
    hash
      .update(`${relative(folder, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex');
}

async function renderRelease({ fleet }: BuildProps, release: Release, charts: Charts) {
  const { unit, chart, object: own } = release;
  const { objects, error } = await charts.render(release);
  const built = objects.map((one): BuiltObject => ({ ...one, unit, release: own }));
  if (!error) return { objects: built, problems: [] };
  const place = error.file ? writtenPlace(fleet, unit, error.file).place : chart;
  const problem = `Helm cannot render it for \`${unit.name}\`: ${error.message}`;
  const next = /missing in charts\//.test(error.message)
    ? `Run \`helm dependency build ${chart}\`, and commit \`${chart}/charts\``
    : `Fix the chart, or the values: \`apps.${unit.name}.values\`, \`runs.${unit.cluster}.${unit.name}.values\``;
  return { objects: built, problems: [{ unit, place, problem, next }] };
}
