import { type AppVersion, FleetError, type VersionPin } from '../../model';
import type { ClusterClient, Condition, FluxObject } from '../cluster-client';
import { objectsOf, stateKinds } from '../commit-state';
import { rolled } from '../everyday/restart';
import type { ApiObject } from '../kubernetes/api';
import { isOf, statusOf, type UnitStatus } from '../status/cluster-status';
import { podsOf } from '../status/pods';
import { type Container, type MarkedWorkload, workloadsIn } from '../status/workloads';
import { parseImage, shortVersion } from './version';

/** What a cluster runs of an app. */
export interface Running {
  readonly pin: VersionPin;
  readonly status: UnitStatus;
  /** The pods that are not ready. */
  readonly unready: readonly string[];
  /** Since when all of it is ready without a break; undefined where it is not. */
  readonly since?: Date;
}

interface Pod extends ApiObject {
  readonly spec: { readonly containers: readonly Container[]; readonly initContainers?: readonly Container[] };
  readonly status?: { readonly phase?: string; readonly conditions?: readonly Condition[] };
}

/** A workload, and those of its pods that are to run on. */
interface WithPods {
  readonly workload: MarkedWorkload;
  readonly pods: readonly Pod[];
}

/**
 * Reads which version of an app a cluster runs, whatever Git has, and since when it is ready.
 *
 * @param declared what `fleet.ts` has for the cluster
 * @throws FleetError where the cluster runs none of the app, or more than one version
 */
export async function runningIn(client: ClusterClient, app: string, declared: AppVersion): Promise<Running> {
  const [objects, workloads] = await Promise.all([client.list(...stateKinds), workloadsIn(client)]);
  const status = statusOf(objects, workloads).units.find(({ name }) => name === app);
  if (!status) throw nothing(client, app, "the cluster's Flux does not have it yet");
  const parts = objectsOf(objects, app);
  const releases = parts.filter(({ kind }) => kind === 'HelmRelease');
  const own = workloads.filter((each) => isOf(each, app, releases));
  const all = await Promise.all(own.map(async (workload) => ({ workload, pods: await livePods(client, workload) })));
  const pods = all.flatMap((each) => each.pods);
  const unready = pods.filter((pod) => !readyTime(pod)).map(({ metadata }) => metadata.name);
  const since = [
    ...pods.map(readyTime),
    ...releases.map((release) => deployedOf(release)?.lastDeployed),
    ...parts.map(appliedSince),
  ];
  return {
    pin: versionIn({ client, app, declared, releases, workloads: all }),
    status,
    unready,
    ...(status.state === 'ready' && unready.length === 0 && { since: latest(since) }),
  };
}

async function livePods(client: ClusterClient, workload: MarkedWorkload): Promise<Pod[]> {
  if (!rolled.includes(workload.workload.kind)) return [];
  const isOver = ({ metadata, status }: Pod) =>
    metadata.deletionTimestamp !== undefined || ['Succeeded', 'Failed'].includes(status?.phase ?? '');
  return (await podsOf<Pod>(client, workload)).filter((pod) => !isOver(pod));
}

function readyTime({ status }: Pod): string | undefined {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' ? ready.lastTransitionTime : undefined;
}

/** The revision of a release that Helm has last deployed. */
const deployedOf = ({ status }: FluxObject) => status?.history?.find((release) => release.status === 'deployed');

/**
 * Since when a Flux Kustomization has applied what it applies now, and found it healthy. Its condition cannot tell: it
 * begins anew whenever Flux compares.
 */
function appliedSince({ kind, status }: FluxObject): string | undefined {
  const [now, before] = (kind === 'Kustomization' && status?.history) || [];
  if (now?.lastReconciledStatus !== 'ReconciliationSucceeded') return undefined;
  return latest([now.firstReconciled, before?.lastReconciled])?.toISOString();
}

function latest(times: readonly (string | undefined)[]): Date | undefined {
  const known = times.filter((time) => time !== undefined).map((time) => Date.parse(time));
  return known.length > 0 ? new Date(Math.max(...known)) : undefined;
}

interface Read {
  readonly client: ClusterClient;
  readonly app: string;
  readonly declared: AppVersion;
  readonly releases: readonly FluxObject[];
  readonly workloads: readonly WithPods[];
}

function versionIn(read: Read): VersionPin {
  switch (read.declared.of) {
    case 'chart':
      return { version: chartVersion(read) };
    case 'image':
      return imageVersion(read, read.declared.image);
    case 'images':
      return { tags: imageTags(read, read.declared.names) };
  }
}

/** The version of the chart that Helm has last deployed. */
function chartVersion({ client, app, declared, releases }: Read): string {
  const deployed = releases[0] && deployedOf(releases[0]);
  if (!deployed?.chartVersion) throw nothing(client, app, 'Helm has deployed no release of it yet');
  if (!deployed.ociDigest) return deployed.chartVersion;
  // Flux writes the digest of the artifact over what the version has after the plus sign.
  const [plain] = deployed.chartVersion.split('+');
  const { version = '' } = declared.pin;
  return version.split('+')[0] === plain ? version : plain!;
}

/** The version of the image of a web app, by its pods. */
function imageVersion({ client, app, workloads }: Read, image: string): VersionPin {
  const found = imagesOf(workloads, (name) => name === app);
  if (found.length === 0) throw nothing(client, app, 'it has no pod there');
  const [{ image: own, ...pin }, ...others] = found.map(parseImage) as [ReturnType<typeof parseImage>];
  if (others.length > 0) throw underWay(client, app, found);
  if (own === image && (pin.tag || pin.digest)) return pin;
  const problem = `its pods run the image ${found[0]}, and not one of ${image}, which is that of fleet.ts`;
  const next = `Look at it with \`npm run fleet -- diff\`; a patch of the app can have another image`;
  throw new FleetError({ place: `cluster ${client.name}: ${app}`, problem, next });
}

/** The tags of the images of an app of objects, by their names in the app. An image with a digest is left out. */
function imageTags({ client, app, workloads }: Read, names: Readonly<Record<string, string>>): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const reference of imagesOf(workloads)) {
    const { image, tag, digest } = parseImage(reference);
    if (!tag || digest) continue;
    const name = names[image] ?? image;
    if (tags[name] && tags[name] !== tag) throw underWay(client, app, [`${image}:${tags[name]}`, reference]);
    tags[name] = tag;
  }
  if (Object.keys(tags).length > 0) return tags;
  throw nothing(client, app, 'no image there has a tag');
}

/**
 * The images that the pods of workloads run, each once: of the containers that the workloads have, without those that are
 * added to pods. A workload without pods, such as a CronJob, counts as it is.
 */
function imagesOf(workloads: readonly WithPods[], wanted: (container: string) => boolean = () => true): string[] {
  const images = workloads.flatMap(({ workload, pods }) => {
    const { containers: own = [] } = workload;
    const names = own.map(({ name }) => name).filter(wanted);
    const isJob = !rolled.includes(workload.workload.kind);
    const specs = isJob ? [{ containers: own }] : pods.map(({ spec }) => spec);
    return specs
      .flatMap(({ containers, initContainers = [] }: Pod['spec']) => [...containers, ...initContainers])
      .filter(({ name }) => names.includes(name))
      .map(({ image = '' }) => image);
  });
  return [...new Set(images)];
}

function nothing({ name }: ClusterClient, app: string, problem: string): FleetError {
  const next = `Run \`npm run fleet -- status --cluster ${name}\` to see what it runs`;
  return new FleetError({ place: `cluster ${name}: ${app}`, problem, next });
}

function underWay({ name }: ClusterClient, app: string, images: readonly string[]): FleetError {
  const versions = images.map((image) => shortVersion(parseImage(image))).sort();
  return new FleetError({
    place: `cluster ${name}: ${app}`,
    problem: `a rollout is under way: its pods run ${versions.join(' and ')}`,
    next: 'Run `npm run fleet -- wait`, which waits for its end, and then the same command again',
  });
}
