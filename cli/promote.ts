import { type Command, Option } from 'commander';
import { synthesise } from '../constructs/synth';
import { refuseAnothersFleet } from '../machine/ownership';
import { fleetDirectory, repositoryRoot } from '../machine/paths';
import { type Fleet, FleetError } from '../model';
import { publishedUnits } from '../operate/published-units';
import { type PinPlan, planPromotion, planUndo } from '../operate/promote/plan';
import { refuseOvertaken, refuseUnpublished } from '../operate/promote/unpublished';
import { changing, type VersionsFile, versionsFile, withPin } from '../operate/promote/versions-file';
import { lockRuns } from '../operate/run-lock';
import { examineFleet } from '../stacks/ownership';
import { appArgument, clustersOf, inClusters } from './clusters';
import { loadFleet } from './fleet-file';
import { checkFleet, describePublished, publishFleet, type PublishedFleet } from './publish';
import { refuseUnready, show, waitFor } from './push';
import { repositoryCopy } from './repository-copy';
import { manifestsDirectory } from './synth';
import { graceOption, parseTimeout, timeoutOption } from './timeout';

interface PromoteOptions {
  readonly from?: string;
  readonly to?: string;
  /** In ms. */
  readonly soak: number;
  readonly override?: string;
  readonly undo?: boolean;
  readonly dryRun?: boolean;
  readonly wait: boolean;
  readonly timeout: number;
  readonly grace: number;
}

const help = `
What moves is what --from runs: the tag or digest of a web app's image, the tags of the images of a folder or construct, the
version of a chart that is not in Git. All of the app must be ready there now, and for --soak without a break: since the last
of its pods became ready, Helm released it, and Flux applied it. Only the version of --to changes, in the file from which
fleet.ts takes \`versions\`, and by one commit, whose trailers tell what was promoted over what, and why that was allowed.
fleet.ts must have no other change that is not published. Commit the file afterwards.

--undo gives the cluster the version from before the app's last promotion, as fleet.ts is now; \`rollback\` undoes any change.

Exit codes: 0 done, or nothing to do; 1 not allowed, or failed; 3 a cluster does not answer.`;

/** `fleet promote`: the version of an app that one cluster runs, for another cluster. */
export function register(program: Command): void {
  const soak = new Option('--soak <time>', 'how long the app must have been ready there: 90s, 10m, 1h30m, or 0');
  program
    .command('promote')
    .description('give a cluster the version of an app that another cluster runs well, by one commit')
    .addArgument(appArgument())
    .option('--from <cluster>', 'the cluster that runs the version')
    .option('--to <cluster>', 'the cluster that gets it')
    .addOption(soak.argParser((text) => (text === '0' ? 0 : parseTimeout(text))).default(600_000, '10m'))
    .option(
      '--override <reason>',
      'go on although the app is not ready, or not for long enough; the commit has the reason',
    )
    .addOption(new Option('--undo', "undo the app's last promotion, by a new commit").conflicts(['from', 'override']))
    .option('--dry-run', 'check and show everything, and push nothing')
    .option('--no-wait', 'end when the commit is pushed')
    .addOption(timeoutOption('how long the cluster may take to apply the commit'))
    .addOption(graceOption())
    .addHelpText('after', help)
    .action(async (app: string, options: PromoteOptions) => {
      const fleet = loadFleet();
      await lockRuns(fleetDirectory, 'npm run fleet -- promote', () => promote(fleet, app, options));
    });
}

async function promote(fleet: Fleet, app: string, options: PromoteOptions): Promise<void> {
  const file = versionsFile(repositoryRoot, fleet);
  const plan = await planOf(fleet, app, options);
  if (!plan)
    return console.log(`Nothing to promote: ${options.to} has the version of ${app} that ${options.from} runs.`);
  refuseUnready({ clusters: { [plan.cluster]: fleet.clusters[plan.cluster]! } });
  console.log(`${plan.evidence}\n`);
  const { published, next } = await publishPlan(fleet, file, { plan, dryRun: options.dryRun });
  if (options.dryRun) return console.log(`not pushed: ${plan.subject}`);
  console.log(describePublished(published));
  console.log(`${file.name} has the version: commit it`);
  if (!options.wait || published.proposal) return;
  const unitsAt = publishedUnits(repositoryCopy(fleet), published.commit);
  try {
    await waitFor(next, plan.cluster, { unitsAt, options });
  } catch (error) {
    const undo = `npm run fleet -- promote ${app} --undo --to ${plan.cluster}`;
    if (!options.undo)
      console.error(`The promotion is published. \`${undo}\` gives ${plan.cluster} the version before.`);
    throw error;
  }
}

async function planOf(fleet: Fleet, app: string, options: PromoteOptions): Promise<PinPlan | undefined> {
  const { from, to, undo } = options;
  const known = [from, to].filter((name) => name !== undefined);
  const [source] = clustersOf(fleet, app, known.length > 0 ? known : undefined);
  if (undo) return planUndo({ fleet, copy: repositoryCopy(fleet), app, to });
  if (from === undefined || to === undefined || from === to) {
    const next = 'Use `--from dev --to prod`, with the names of two clusters of fleet.ts';
    throw new FleetError({ place: 'fleet promote', problem: 'it takes two clusters', next });
  }
  const [plan] = await inClusters([source!], (client) => planPromotion({ ...options, fleet, client, app, to }));
  return plan;
}

/** Publishes the fleet with the version, and writes the version into the file. Where that fails, nothing has changed. */
async function publishPlan(
  fleet: Fleet,
  file: VersionsFile,
  { plan, dryRun = false }: { plan: PinPlan; dryRun?: boolean },
): Promise<{ published: PublishedFleet; next: Fleet }> {
  const next = withPin(fleet, file, plan);
  refuseAnothersFleet(await examineFleet(fleet));
  const generated = (of: Fleet) => {
    synthesise(of, manifestsDirectory, repositoryRoot);
    return manifestsDirectory;
  };
  let isDone = false;
  try {
    await refuseUnpublished(repositoryCopy(fleet), { now: () => generated(fleet), next: () => generated(next) });
    const checked = await checkFleet(next, { isUp: true });
    const publish = () =>
      publishFleet(next, checked, {
        ...{ message: plan.subject, trailers: plan.trailers, dryRun },
        look: async (published, tree, isGenerated) => {
          await refuseOvertaken(checked.copy, plan, { published, tree });
          await show(next, checked, { before: published, next: tree, isGenerated });
          return [];
        },
      });
    const published = await (dryRun ? publish() : changing(file, plan, publish));
    isDone = !dryRun;
    return { published, next };
  } finally {
    // manifests/ is what fleet.ts has.
    if (!isDone) generated(fleet);
  }
}
