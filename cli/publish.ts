import type { Command } from 'commander';
import { synthesise } from '../constructs/synth';
import { allOf } from '../machine/all-of';
import { refuseAnothersFleet } from '../machine/ownership';
import { fleetDirectory, repositoryRoot } from '../machine/paths';
import { type Fleet, repositoryLayout } from '../model';
import type { Builds } from '../operate/build-check/build';
import { type Deletion, refuseDeletions } from '../operate/deletion';
import { prunedDeletions } from '../operate/deletions';
import { isKubeconfig } from '../operate/kubeconfig';
import type { PageOf, Proposal } from '../operate/proposal';
import { publish, publishDiff, type Published, type Source, sourceOf } from '../operate/publish';
import type { RepositoryCopy } from '../operate/repository';
import { lockRuns } from '../operate/run-lock';
import { refuseUnverified } from '../operate/secrets/verify';
import { clusterProvider, clusterTarget } from '../stacks/clusters';
import { examineFleet, isOnMachine } from '../stacks/ownership';
import { repositoryProvider } from '../stacks/repositories';
import { buildsOf } from './build-check';
import { withConsent } from './consent';
import { allowDeleteHelp } from './deletion-help';
import { kubeconfigPath } from './environment';
import { loadFleet } from './fleet-file';
import { repositoryCopy } from './repository-copy';
import { secretsFolder } from './secrets-folder';
import { manifestsDirectory } from './synth';

export const pullRequestHelp = 'push the commit to a branch of its own, and print the page that opens its pull request';

/** The options of the commands that publish. */
export interface PublishOptions {
  /** The commit of somebody else whose changes may be undone. */
  readonly over?: string;
  /** What with data in it may be deleted: `namespace/shop@dev`. */
  readonly allowDelete?: readonly string[];
  /** Whether clusters that have stopped are started where that has to be before the commit. @default false */
  readonly starts?: boolean;
  /** Whether the commit is pushed to a branch of its own. @default - as `fleet.ts` says of the repository */
  readonly pullRequest?: boolean;
  /** The subject of the commit. @default - what its changes mean */
  readonly message?: string;
  /** Further trailers of the commit, as `Key: value`. @default - none */
  readonly trailers?: readonly string[];
  /** Whether nothing is committed, and everything else is done. @default false */
  readonly dryRun?: boolean;
  /** Looks at the published tree and the next one, which may be just what was generated. Gives what else would be deleted. */
  readonly look?: (published: string, next: string, isGenerated: boolean) => Promise<readonly Deletion[]>;
}

/** What was published of a fleet. */
export interface PublishedFleet extends Published, Pick<CheckedFleet, 'notices'> {}

/** What {@link checkFleet} has generated and checked. */
export interface CheckedFleet {
  readonly copy: RepositoryCopy;
  readonly manifests: string;
  readonly source: Source;
  /** What was built of the manifests. */
  readonly builds: Builds;
  /** What was not checked, and why. */
  readonly notices: readonly string[];
}

/**
 * Generates `manifests/` from `fleet.ts`, and checks that it can be published.
 *
 * @param options.isUp whether the repository can be read already, which is done meanwhile. @default false
 * @throws FleetError when it cannot
 */
export async function checkFleet(fleet: Fleet, { isUp = false } = {}): Promise<CheckedFleet> {
  const generated = generate(fleet);
  if (isUp) generated.copy.beginToFetch();
  const works = [
    sourceOf(repositoryRoot),
    refuseUnverified(secretsFolder(fleet)),
    buildsOf(fleet, generated.manifests),
  ] as const;
  const [source, unverified, { builds, notices: unchecked }] =
    await allOf<[Source, string[], Awaited<ReturnType<typeof buildsOf>>]>(works);
  const secrets = `the secrets of ${unverified.join(', ')} were not verified: no key here opens them`;
  return { ...generated, source, builds, notices: [...(unverified.length > 0 ? [secrets] : []), ...unchecked] };
}

export async function publishFleet(
  fleet: Fleet,
  { notices, ...checked }: CheckedFleet,
  { allowDelete, starts = false, look, pullRequest, ...options }: PublishOptions = {},
): Promise<PublishedFleet> {
  const { copy } = checked;
  await prepareClusters(fleet, copy, starts);
  const published = await publish({
    ...checked,
    ...options,
    pullRequest: pageOf(fleet, pullRequest),
    check: async (published, next, isGenerated) => {
      const pruned = prunedDeletions({ copy, published, next, kubeconfig: kubeconfigPath });
      refuseDeletions(
        (await allOf([pruned, look?.(published, next, isGenerated) ?? Promise.resolve([])])).flat(),
        allowDelete,
      );
    },
  });
  return { ...published, notices };
}

function generate(fleet: Fleet): { copy: RepositoryCopy; manifests: string } {
  synthesise(fleet, manifestsDirectory, repositoryRoot);
  return { copy: repositoryCopy(fleet), manifests: manifestsDirectory };
}

/** Prepares the clusters that were brought up for the next commit. */
async function prepareClusters(fleet: Fleet, copy: RepositoryCopy, starts: boolean): Promise<void> {
  const clusters = Object.keys(fleet.clusters).filter((name) => isKubeconfig(kubeconfigPath(name)));
  if (clusters.length === 0) return;
  // The client of Kubernetes takes a second to load.
  const prepare = await import('../operate/prepare-cluster.ts');
  const start = async (name: string) => {
    const target = clusterTarget(fleet, name);
    await clusterProvider(target.cluster).start(target);
  };
  const isThere = async (name: string) => isOnMachine(fleet, name, await examineFleet(fleet, { clusters: [name] }));
  const props = { clusters, kubeconfig: kubeconfigPath, copy, isThere };
  await prepare.prepareClusters(starts ? { ...props, start } : props);
}

/** Gives the page that opens a pull request of a branch, where changes are proposed; undefined where they are not. */
export function pageOf(fleet: Fleet, asked = repositoryLayout(fleet.git).pullRequest): PageOf | undefined {
  const provider = repositoryProvider(fleet);
  return asked ? (branch) => provider.pullRequest?.(fleet, branch) : undefined;
}

/** A sentence about a commit that waits for a merge. */
export function describeProposal({ commit, branch, link }: Proposal, subject = ''): string {
  const open = link ? `open its pull request at ${link}` : 'open a pull request from it';
  return (
    `proposed ${commit.slice(0, 12)}: ${subject}, in branch ${branch}. The clusters apply it after its merge: ${open}, ` +
    'and then `npm run fleet -- wait`'
  );
}

/** A sentence about what was published. */
export function describePublished({ commit, subject, proposal, notices }: PublishedFleet): string {
  const published = proposal
    ? describeProposal(proposal, subject)
    : subject
      ? `published ${commit.slice(0, 12)}: ${subject}`
      : `nothing to publish: ${commit.slice(0, 12)} is up to date with fleet.ts`;
  return [published, ...notices.map((notice) => ` (${notice})`)].join('');
}

/** `fleet publish`: makes the repository what `fleet.ts` says, by one commit. */
export function register(program: Command): void {
  program
    .command('publish')
    .description('generate manifests/ from fleet.ts and push it as one commit')
    .option('--diff', 'print what would change in the repository, and publish nothing')
    .option('--over <commit>', 'undo the changes of this commit of somebody else')
    .option('--pull-request', pullRequestHelp)
    .option('--allow-delete <objects...>', allowDeleteHelp)
    .action(async ({ diff, ...options }: PublishOptions & { readonly diff?: boolean }) => {
      const fleet = loadFleet();
      const locked = <T>(work: () => Promise<T>) => lockRuns(fleetDirectory, 'npm run fleet -- publish', work);
      if (diff) return console.log(await locked(() => publishDiff(generate(fleet))));
      const publishOnce = async (allowDelete: readonly string[]) => {
        refuseAnothersFleet(await examineFleet(fleet));
        return publishFleet(fleet, await checkFleet(fleet), { ...options, allowDelete });
      };
      const published = await locked(() => withConsent(options.allowDelete, publishOnce));
      console.log(describePublished(published));
    });
}
