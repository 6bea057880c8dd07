import type { Command } from 'commander';
import { allOf } from '../machine/all-of';
import { refuseAnothersFleet } from '../machine/ownership';
import { fleetDirectory } from '../machine/paths';
import { painter } from '../machine/terminal';
import { type Fleet, repositoryStack, throwProblems } from '../model';
import type { UnitsAt } from '../operate/applied';
import { removedClusters } from '../operate/deletions';
import { diffTrees } from '../operate/diff';
import { diffText } from '../operate/diff/text';
import { isKubeconfig } from '../operate/kubeconfig';
import { publishedUnits } from '../operate/published-units';
import { lockRuns } from '../operate/run-lock';
import { examineFleet } from '../stacks/ownership';
import { withConsent } from './consent';
import { kubeconfigPath } from './environment';
import { loadFleet } from './fleet-file';
import { allowDeleteHelp } from './deletion-help';
import { type CheckedFleet, checkFleet, describePublished, publishFleet, pullRequestHelp } from './publish';
import { secretsFolder } from './secrets-folder';
import { graceOption, timeoutOption } from './timeout';

interface PushOptions {
  readonly message?: string;
  readonly dryRun?: boolean;
  readonly pullRequest?: boolean;
  readonly wait: boolean;
  /** How long a cluster may take to apply the commit, in ms. */
  readonly timeout: number;
  /** How long a cause that may heal is waited for, in ms. */
  readonly grace: number;
  readonly over?: string;
  readonly allowDelete?: readonly string[];
}

/** `fleet push`: from `fleet.ts` to the clusters, without Pulumi. */
export function register(program: Command): void {
  program
    .command('push')
    .description('show what fleet.ts changes, push it as one commit, and wait until each cluster has applied it')
    .option('--message <text>', 'the subject of the commit; by default what it changes')
    .option('--dry-run', 'check and show everything, and push nothing')
    .option('--pull-request', pullRequestHelp)
    .option('--no-wait', 'end when the commit is pushed')
    .addOption(timeoutOption('how long a cluster may take to apply the commit'))
    .addOption(graceOption())
    .option('--over <commit>', 'undo the changes of this commit of somebody else')
    .option('--allow-delete <objects...>', allowDeleteHelp)
    .action(async (options: PushOptions) => {
      const fleet = loadFleet();
      refuseUnready(fleet);
      const pushOnce = (allowDelete: readonly string[]) => push(fleet, { ...options, allowDelete });
      await lockRuns(fleetDirectory, 'npm run fleet -- push', () => withConsent(options.allowDelete, pushOnce));
    });
}

/** @throws FleetError for each cluster that only `up` can make */
export function refuseUnready({ clusters }: Pick<Fleet, 'clusters'>): void {
  const missing = Object.keys(clusters).filter((name) => !isKubeconfig(kubeconfigPath(name)));
  throwProblems(
    missing.map((name) => ({
      place: `clusters.${name}`,
      problem: 'the cluster does not exist yet',
      next: 'Run `npm run up`, which creates it',
    })),
  );
}

async function push(fleet: Fleet, options: PushOptions): Promise<void> {
  const { dryRun, wait } = options;
  const owned = examineFleet(fleet).then(refuseAnothersFleet);
  const [checked] = await allOf<[CheckedFleet, void]>([checkFleet(fleet, { isUp: true }), owned]);
  const { copy } = checked;
  const published = await publishFleet(fleet, checked, {
    ...options,
    look: async (before, next, isGenerated) => {
      const [deletions] = await allOf([
        removedClusters({ copy, published: before, next, kubeconfig: kubeconfigPath }),
        show(fleet, checked, { before, next, isGenerated }),
      ]);
      return deletions;
    },
  });
  console.log(dryRun && published.subject ? `not pushed: ${published.subject}` : describePublished(published));
  if (dryRun || !wait || published.proposal) return;
  const unitsAt = publishedUnits(copy, published.commit);
  await allOf(Object.keys(fleet.clusters).map((name) => waitFor(fleet, name, { unitsAt, options })));
  // Pulumi's programs take a second to load, and nobody waits for their answer.
  const outdated = await (await import('./stacks.ts')).outdatedStacks(fleet);
  if (outdated.length > 0)
    console.log(`Run \`npm run up\` too: fleet.ts also changes ${outdated.map(describeStack).join(', ')}.`);
}

const describeStack = (name: string) => (name === repositoryStack ? 'the repository' : `the cluster ${name}`);

/** Shows what the commit changes in the clusters. */
export async function show(
  fleet: Fleet,
  checked: CheckedFleet,
  { before, next, isGenerated }: { before: string; next: string; isGenerated: boolean },
): Promise<void> {
  const { copy, builds } = checked;
  const folder = secretsFolder(fleet);
  const report = await diffTrees(
    {
      ...builds.props,
      copy,
      wanted: {},
      noise: false,
      notices: [],
      decrypt: (of, text) => folder.decryptText(of, text),
    },
    { label: { name: 'published', commit: await copy.revision(copy.remoteTip) }, tree: before },
    { label: { name: 'fleet.ts' }, tree: next, ...(isGenerated && { folder: builds.props.manifests, builds }) },
  );
  console.log(`${diffText(report, painter(process.stdout.isTTY), false)}\n`);
}

interface Waiting {
  /** One for all clusters: it fetches the repository, and remembers what it found. */
  readonly unitsAt: UnitsAt;
  readonly options: Pick<PushOptions, 'timeout' | 'grace'>;
}

/** Waits until a cluster has applied what was pushed, and says so. */
export async function waitFor(fleet: Fleet, name: string, { unitsAt, options }: Waiting): Promise<void> {
  const [{ applied }, { ClusterClient }, { waitProps }] = await Promise.all([
    import('../operate/applied.ts'),
    import('../operate/cluster-client.ts'),
    import('./wait-props.ts'),
  ]);
  const start = performance.now();
  const corrected = await applied({
    client: new ClusterClient(name, kubeconfigPath(name)),
    unitsAt,
    timeout: options.timeout,
    grace: options.grace,
    ...waitProps(fleet, name),
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const corrections = corrected.length > 0 ? `; corrected ${corrected.join(', ')}` : '';
  console.log(`${name}: ready ${seconds} s after the push${corrections}`);
}
