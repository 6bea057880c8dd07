import type { Command } from 'commander';
import { refuseAnothersFleet } from '../machine/ownership';
import { fleetDirectory, repositoryRoot } from '../machine/paths';
import type { Fleet } from '../model';
import { applied } from '../operate/applied';
import { refuseDeletions } from '../operate/deletion';
import { prunedDeletions } from '../operate/deletions';
import { rollBack, type RolledBack } from '../operate/everyday/rollback';
import { sourceOf } from '../operate/publish';
import { publishedUnits } from '../operate/published-units';
import { lockRuns } from '../operate/run-lock';
import { examineFleet } from '../stacks/ownership';
import { appArgument, clustersOf, inClusters } from './clusters';
import { withConsent } from './consent';
import { allowDeleteHelp } from './deletion-help';
import { kubeconfigPath } from './environment';
import { loadFleet } from './fleet-file';
import { describeProposal, pageOf } from './publish';
import { repositoryCopy } from './repository-copy';
import { graceOption, timeoutOption } from './timeout';
import { waitProps } from './wait-props';

interface RollbackOptions {
  readonly cluster?: string;
  readonly allowDelete?: readonly string[];
  readonly wait: boolean;
  readonly timeout: number;
  readonly grace: number;
}

const help = `
The app gets the files that it had before its last change in the repository, by a commit on top; a chart in charts/ stays as
it is. fleet.ts is not changed: until it says the same, \`publish\` and \`up\` show the rollback as a change of somebody else,
and undo it only with --over. To roll back once more undoes the rollback.`;

/** `fleet rollback`: the version of an app before its last change. */
export function register(program: Command): void {
  program
    .command('rollback')
    .description('give an app the version that it had before its last change, by a commit on top')
    .addArgument(appArgument())
    .option('--cluster <name>', 'undo only what was last changed for this cluster alone')
    .option('--allow-delete <objects...>', allowDeleteHelp)
    .option('--no-wait', 'end when the commit is pushed')
    .addOption(timeoutOption('how long a cluster may take to apply the commit'))
    .addOption(graceOption())
    .addHelpText('after', help)
    .action(async (app: string, options: RollbackOptions) => roll(loadFleet(), app, options));
}

async function roll(fleet: Fleet, app: string, options: RollbackOptions): Promise<void> {
  const clusters = clustersOf(fleet, app, options.cluster === undefined ? undefined : [options.cluster]);
  const { commit, undone, subject, proposal } = await lockRuns(fleetDirectory, 'npm run fleet -- rollback', () =>
    withConsent(options.allowDelete, (allowDelete) => publish(fleet, app, { ...options, allowDelete })),
  );
  const undoes = `which undoes ${undone.slice(0, 12)}: ${subject}`;
  console.log(proposal ? describeProposal(proposal, undoes) : `published ${commit.slice(0, 12)}, ${undoes}`);
  console.log(`fleet.ts still has the newer version: change it there too, or the next publish shows a conflict`);
  if (!options.wait || proposal) return;
  const unitsAt = publishedUnits(repositoryCopy(fleet), commit);
  await inClusters(clusters, async (client) => {
    const { timeout, grace } = options;
    await applied({ client, unitsAt, timeout, grace, ...waitProps(fleet, client.name) });
    console.log(`cluster ${client.name}: ${app} is as in ${commit.slice(0, 12)}, and ready`);
  });
}

async function publish(fleet: Fleet, app: string, { cluster, allowDelete }: RollbackOptions): Promise<RolledBack> {
  refuseAnothersFleet(await examineFleet(fleet));
  const copy = repositoryCopy(fleet);
  const source = await sourceOf(repositoryRoot);
  const check = async (published: string, next: string) =>
    refuseDeletions(await prunedDeletions({ copy, published, next, kubeconfig: kubeconfigPath }), allowDelete);
  return rollBack({ copy, app, cluster, source, check, pullRequest: pageOf(fleet) });
}
