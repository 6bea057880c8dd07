import { realpathSync } from 'node:fs';

import { sideBySide } from '../../machine/all-of';
import { type Problem, throwProblems } from '../../model';
import { type BuildProps, Builds, type Found } from './build';
import { unusedImages } from './images';
import { unusedPatches } from './patches';
import { objectPlace } from './places';
import { faultsIn } from './rules';
import { clustersIn } from './units';

/**
 * Builds everything that the clusters would build of a folder of manifests, as Flux does, and checks the result: each
 * overlay by kustomize, each chart in the repository by Helm with the values of each cluster.
 *
 * @returns what was not checked, and why
 * @throws FleetError for each app that cannot be built, and for each object that is made twice, is in no namespace, or is a
 * Secret in plain text. Each names what the user wrote, the app and its clusters.
 */
export async function refuseUnbuildable({ manifests, ...others }: BuildProps): Promise<string[]> {
  // As kustomize and Helm print paths.
  return refuseBuilds(new Builds({ ...others, manifests: realpathSync(manifests) }));
}

/** The same, of builds that something else needs too. */
export async function refuseBuilds(builds: Builds): Promise<string[]> {
  const found = await sideBySide(clustersIn(builds.props.manifests), (cluster) => checkCluster(builds, cluster));
  throwProblems(grouped(found.flat()));
  return builds.notices();
}

async function checkCluster(builds: Builds, cluster: string): Promise<Found[]> {
  const { fleet, kustomize, manifests } = builds.props;
  const build = await builds.of(cluster);
  const found = [...build.faults, ...faultsIn(fleet, build.objects)];
  const faults = found.map(({ built: one, problem, next }) => {
    return { unit: one.unit, place: objectPlace(fleet, manifests, one), problem, next };
  });
  const unused = (await unusedPatches(kustomize, manifests, build.units)).map(({ unit, target }) => {
    const place = `runs.${cluster}.${unit.name}.patches`;
    const next = 'Change the target to one that an object fits, or remove the patch';
    return { unit, place, problem: `the app has no object that the target fits: \`${JSON.stringify(target)}\``, next };
  });
  const images = build.units.flatMap((unit) =>
    [...unusedImages(fleet, unit, build.own)].map((problem) => ({ unit, ...problem })),
  );
  return [...build.problems, ...unused, ...images, ...faults];
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
