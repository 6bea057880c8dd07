import { coerce, lt } from 'semver';
import { allOf } from '../../machine/all-of';
import { thisOwner } from '../../machine/clone';
import { writePrivateFile } from '../../machine/files';
import type { Adopt } from '../../machine/ownership';
import { localPath } from '../../machine/paths';
import { checkpoint, stateDirectory } from '../../machine/pulumi-state';
import { type Fleet, FleetError, fluxKubernetesVersion, fluxVersion, localPaths, throwProblems } from '../../model';
import { clusterProvider, clusterTargets } from '../../stacks/clusters';
import type { ClusterTarget } from '../../stacks/clusters/provider';
import { clusterRecord, type ClusterRecord } from '../../stacks/clusters/record';
import { apiError } from '../api-error';
import { ClusterClient } from '../cluster-client';
import { isKubeconfig } from '../kubeconfig';
import type { KubernetesApi } from '../kubernetes/api';
import { reach, reachTimeout, unreachable } from '../reach';
import { fluxThere } from './flux-there';
import { missingRights } from './rights';
import { standing } from './standing';

/** A cluster that somebody else made, as it was found. */
export interface ExaminedCluster {
  readonly name: string;
  readonly record: ClusterRecord;
  /** Whether it is another one than before, of which its stack knows nothing. */
  readonly isAnother: boolean;
  /** Whether something is taken over by this run. */
  readonly isTaken: boolean;
}

/**
 * Looks at the clusters that somebody else made: whether they answer, whether the fleet's Flux can run in them, and whose Flux
 * is there. Changes nothing in them.
 *
 * @throws FleetError with the problems of all of them
 */
export async function examineExisting(fleet: Fleet, adopt: Adopt = []): Promise<ExaminedCluster[]> {
  const targets = clusterTargets(fleet);
  const isExisting = ({ cluster }: ClusterTarget) => clusterProvider(cluster).kubeconfig !== undefined;
  refuseOtherTypes(targets.filter((target) => !isExisting(target)).map(({ name }) => name));
  return allOf<ExaminedCluster[]>(targets.filter(isExisting).map((target) => examineOne(target, adopt)));
}

/**
 * A cluster that somebody else made, as fleet.ts leads to it now; undefined for a cluster of another type.
 *
 * @throws FleetError where it leads nowhere
 */
export function existingClient(target: ClusterTarget): ClusterClient | undefined {
  const kubeconfig = clusterProvider(target.cluster).kubeconfig?.(target);
  if (kubeconfig === undefined) return undefined;
  const path = localPath(localPaths.existingKubeconfig(target.name));
  writePrivateFile(path, kubeconfig);
  return new ClusterClient(target.name, path, reachTimeout);
}

/** The UID of a cluster's namespace kube-system, by which it differs from every other one. */
export async function uidOf(api: KubernetesApi): Promise<string> {
  const { metadata } = await api.read({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } });
  return metadata.uid!;
}

async function examineOne(target: ClusterTarget, adopt: Adopt): Promise<ExaminedCluster> {
  const { name, fleet } = target;
  const before = clusterRecord(name);
  if (!before) refuseOtherTypes([], [name]);
  const { objects: api } = existingClient(target)!;
  const ask = <T>(question: () => Promise<T>) => reach(question).catch((error: unknown) => raise(name, error));
  const [version, denied] = await ask(() => Promise.all([versionOf(api), missingRights(api)]));
  throwProblems([...versionProblem(name, version), ...rightsProblem(name, denied)]);
  const [uid, there] = await ask(() => Promise.all([uidOf(api), fluxThere(api)]));
  const isAnother = before !== undefined && before.uid !== uid;
  if (isAnother) await refuseMove(name, before.uid);
  const begun = before && !isAnother ? before : undefined;
  const { adopted, isTaken } = standing({ name, self: thisOwner(fleet.name), there, adopt, begun });
  return { name, record: { uid, adopted }, isAnother, isTaken };
}

async function versionOf(api: KubernetesApi): Promise<string> {
  return (JSON.parse(await api.request('/version')) as { gitVersion: string }).gitVersion;
}

function versionProblem(name: string, version: string) {
  const [runs, least] = [coerce(version), coerce(fluxKubernetesVersion)!];
  if (!runs || !lt(runs, least)) return [];
  const problem = `it runs Kubernetes ${version}, and Flux ${fluxVersion} needs ${fluxKubernetesVersion} or later`;
  return [{ place: `cluster ${name}`, problem, next: 'Move it to a newer version of Kubernetes first' }];
}

function rightsProblem(name: string, denied: readonly string[]) {
  if (denied.length === 0) return [];
  const problem = `this user may not ${denied.join('; ')}`;
  const next = 'Use the context of a cluster administrator, or add these rights to the user';
  return [{ place: `cluster ${name}`, problem, next }];
}

/** A cluster whose stack knows another one, which still has this fleet's Flux. */
async function refuseMove(name: string, uid: string): Promise<void> {
  const file = localPath(localPaths.kubeconfig(name));
  if (!isKubeconfig(file)) return;
  const former = await reach(() => uidOf(new ClusterClient(name, file, reachTimeout).objects)).catch(() => undefined);
  if (former !== uid) return;
  throw new FleetError({
    place: `clusters.${name}`,
    problem: 'it leads to another cluster than before, and the former one still has the Flux of this fleet',
    next: 'Set the former kubeconfig and context again, or declare the new cluster under another name',
  });
}

/** Clusters of which fleet.ts has changed the type: their stacks know a cluster that would be lost. */
function refuseOtherTypes(made: readonly string[], existing: readonly string[] = []): void {
  const hasStack = (name: string) => (checkpoint(stateDirectory, name)?.resources ?? []).length > 1;
  const changed = [...made.filter((name) => clusterRecord(name) !== undefined), ...existing.filter(hasStack)];
  throwProblems(
    changed.map((name) => ({
      place: `clusters.${name}`,
      problem: "fleet.ts has another type of cluster under this name now, and the former cluster is still this fleet's",
      next: 'Declare it under another name: `npm run up` then removes the former one from the fleet',
    })),
  );
}

function raise(name: string, error: unknown): never {
  const status = apiError(error)?.status;
  const reason = unreachable(error);
  const isRefused = status === 401 || status === 403;
  throw new FleetError({
    place: `cluster ${name}`,
    problem: isRefused ? `it refuses this user (${reason})` : `it does not answer (${reason})`,
    next: isRefused
      ? `Set \`clusters.${name}\` to a context whose user may enter, or renew its credentials`
      : `Start it, or set \`clusters.${name}\` to the kubeconfig and context of one that runs`,
  });
}
