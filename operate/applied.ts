import { branch, clusterLabel, fluxNamespace, fluxRoot, tenantLabel } from '../model';
import { type ClusterClient, type FluxObject, readyCondition } from './cluster-client';
import { waitUntil } from './wait';

/** What a cluster is waited for. */
export interface AppliedProps {
  readonly client: ClusterClient;
  /** The commit that the cluster is to have applied. */
  readonly commit: string;
  /** How long to wait at most, in ms. */
  readonly timeout: number;
  readonly report?: (missing: readonly string[]) => void;
}

/**
 * Tells a cluster's Flux to look at the repository now, and waits until it has applied just this commit and all that
 * the commit brings is ready, and all that it removes is gone.
 *
 * @throws FleetError that says what is still missing when the time is up.
 */
export async function applied({ client, commit, timeout, report }: AppliedProps): Promise<void> {
  await askForReconcile(client, revisionOf(commit));
  await waitUntil({
    place: `cluster ${client.name}`,
    timeout,
    report,
    missing: () => stillMissing(client, commit),
    next: `Look at \`kubectl --context ${client.context} -n ${fluxNamespace} get gitrepositories,kustomizations.kustomize.toolkit.fluxcd.io\``,
  });
}

/** Flux would find the commit by itself, and try again what failed, but a minute later. */
async function askForReconcile(client: ClusterClient, revision: string): Promise<void> {
  const [source] = await client.list('GitRepository');
  if (source?.status?.artifact?.revision !== revision) await client.requestReconcile('GitRepository', fluxRoot);
  const failed = (await client.list('Kustomization')).filter((object) => readyCondition(object)?.status === 'False');
  await Promise.all(failed.map(({ metadata }) => client.requestReconcile('Kustomization', metadata.name)));
}

/** How Flux names a commit of the branch that it reads. */
function revisionOf(commit: string): string {
  return `${branch}@sha1:${commit}`;
}

/** What a cluster still lacks to be just what a commit says, in short sentences; nothing when it is that. */
export async function stillMissing(client: ClusterClient, commit: string): Promise<string[]> {
  const revision = revisionOf(commit);
  const [sources, kustomizations] = await Promise.all([client.list('GitRepository'), client.list('Kustomization')]);
  const source = sources.find(({ metadata }) => metadata.name === fluxRoot);
  if (source?.status?.artifact?.revision !== revision) return [`the repository is not fetched yet${because(source)}`];
  const root = kustomizations.find(({ metadata }) => metadata.name === fluxRoot);
  if (root?.status?.lastAppliedRevision !== revision) {
    return [`Flux Kustomization ${fluxRoot} has not applied the commit yet${because(root)}`];
  }
  return kustomizations.filter(isOurs).flatMap((object) => notYet(object, revision));
}

/** Whether a Flux Kustomization is the fleet's to answer for: what a tenant's folder holds is the tenant's. */
function isOurs({ metadata: { labels = {} } }: FluxObject): boolean {
  return !(tenantLabel in labels) || clusterLabel in labels;
}

/** Why a Flux Kustomization is not at the revision and ready; nothing when it is. */
function notYet(object: FluxObject, revision: string): string[] {
  const { metadata, status } = object;
  const subject = `Flux Kustomization ${metadata.name}`;
  if (metadata.deletionTimestamp) return [`${subject} is being removed`];
  if (status?.lastAppliedRevision !== revision) return [`${subject} has not applied the commit yet${because(object)}`];
  const current = status.observedGeneration === metadata.generation && readyCondition(object)?.status === 'True';
  return current ? [] : [`${subject} is not ready${because(object)}`];
}

/** What Flux itself says, where it says that something went wrong. */
function because(object: FluxObject | undefined): string {
  const ready = object && readyCondition(object);
  return ready?.status === 'False' && ready.message ? ` (${ready.reason}: ${ready.message.split('\n')[0]})` : '';
}
