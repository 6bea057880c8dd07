import { branch, clusterLabel, fluxNamespace, fluxRoot, tenantLabel } from '../model';
import { type ClusterClient, type FluxObject, readyCondition } from './cluster-client';
import { waitUntil } from './wait';

/** A commit, and the cluster that is waited for. */
export interface AppliedProps {
  readonly client: ClusterClient;
  /** The commit that the cluster must apply. */
  readonly commit: string;
  /** How long to wait at most, in ms. */
  readonly timeout: number;
  readonly report?: (missing: readonly string[]) => void;
  /** Takes secrets out of what is missing, which has messages of Flux's. @default - nothing is taken out */
  readonly redact?: (missing: readonly string[]) => Promise<readonly string[]>;
}

/**
 * Asks a cluster's Flux to fetch the repository now, and waits until it has applied exactly this commit, everything in
 * the commit is ready, and everything that the commit removes is gone.
 *
 * @throws FleetError that names what is missing when the time is up.
 */
export async function applied({ client, commit, timeout, report, redact }: AppliedProps): Promise<void> {
  await askForReconcile(client, revisionOf(commit));
  await waitUntil({
    place: `cluster ${client.name}`,
    timeout,
    report,
    missing: async () => {
      const missing = await stillMissing(client, commit);
      return redact ? redact(missing) : missing;
    },
    next: `Look at \`kubectl --context ${client.context} -n ${fluxNamespace} get gitrepositories,kustomizations.kustomize.toolkit.fluxcd.io\``,
  });
}

/** Without being asked, Flux would fetch the commit and retry what failed a minute later. */
async function askForReconcile(client: ClusterClient, revision: string): Promise<void> {
  const [source] = await client.list('GitRepository');
  if (source?.status?.artifact?.revision !== revision) await client.requestReconcile('GitRepository', fluxRoot);
  const failed = (await client.list('Kustomization')).filter((object) => readyCondition(object)?.status === 'False');
  await Promise.all(failed.map(({ metadata }) => client.requestReconcile('Kustomization', metadata.name)));
}

/** Flux's name of a commit on the branch that it reads. */
function revisionOf(commit: string): string {
  return `${branch}@sha1:${commit}`;
}

/** What a cluster lacks to be exactly as in a commit, in short sentences; none when it is. */
export async function stillMissing(client: ClusterClient, commit: string): Promise<string[]> {
  const revision = revisionOf(commit);
  const [sources, kustomizations] = await Promise.all([client.list('GitRepository'), client.list('Kustomization')]);
  const source = sources.find(({ metadata }) => metadata.name === fluxRoot);
  if (source?.status?.artifact?.revision !== revision) return [`the repository is not fetched yet${failureOf(source)}`];
  const root = kustomizations.find(({ metadata }) => metadata.name === fluxRoot);
  if (root?.status?.lastAppliedRevision !== revision) {
    return [`Flux Kustomization ${fluxRoot} has not applied the commit yet${failureOf(root)}`];
  }
  return kustomizations.filter(isOurs).flatMap((object) => notYet(object, revision));
}

/** Whether a Flux Kustomization is the fleet's own: those in a tenant's folder are the tenant's. */
function isOurs({ metadata: { labels = {} } }: FluxObject): boolean {
  return !(tenantLabel in labels) || clusterLabel in labels;
}

/** Why a Flux Kustomization is not ready at the revision; none when it is. */
function notYet(object: FluxObject, revision: string): string[] {
  const { metadata, status } = object;
  const subject = `Flux Kustomization ${metadata.name}`;
  if (metadata.deletionTimestamp) return [`${subject} is being removed`];
  if (status?.lastAppliedRevision !== revision)
    return [`${subject} has not applied the commit yet${failureOf(object)}`];
  const current = status.observedGeneration === metadata.generation && readyCondition(object)?.status === 'True';
  return current ? [] : [`${subject} is not ready${failureOf(object)}`];
}

/** Flux's own message about a failure. */
function failureOf(object: FluxObject | undefined): string {
  const ready = object && readyCondition(object);
  return ready?.status === 'False' && ready.message ? ` (${ready.reason}: ${ready.message.split('\n')[0]})` : '';
}
