import type { Command } from 'commander';

import { allOf } from '../machine/all-of';
import { checkMachine, engineProblem } from '../machine/checks';
import { type Adopt, refuseToBringUp } from '../machine/ownership';
import { fleetDirectory } from '../machine/paths';
import { type Fleet, repositoryStack } from '../model';
import { bringUpCluster } from '../operate/cluster';
import { bringUpRepository } from '../operate/repository-stack';
import { lockRuns } from '../operate/run-lock';
import { clusterTarget } from '../stacks/clusters';
import { machineNeeds } from '../stacks/needs';
import { examineFleet, takeOverFleet } from '../stacks/ownership';
import { repositoryProvider } from '../stacks/repositories';
import { kubeconfigPath, useEnvironment } from './environment';
import { loadFleet } from './fleet-file';
import { confirmProvision, provide } from './provide';
import { describePublished, publishFleet } from './publish';
import { prepareSecrets } from './secrets-folder';
import { openStack, removeCluster, undeclaredClusters } from './stacks';
import { type Report, runSteps, type Step } from './steps';
import { summary } from './summary';

/** The options of `fleet up`. */
interface UpOptions {
  /** How long a cluster may take to apply the commit, in seconds. */
  readonly timeout: number;
  /** The commit of somebody else whose changes may be undone. */
  readonly over?: string;
  /** What to take over: everything of this fleet that another clone made, or the objects of these names. */
  readonly adopt?: Adopt;
}

/** `fleet up`: makes the fleet what `fleet.ts` says, and waits until it is ready. */
export function register(program: Command): void {
  program
    .command('up')
    .description(
      'bring up the repository and the clusters, publish, and wait until each cluster has applied the commit',
    )
    .option('--timeout <seconds>', 'how long a cluster may take to apply the commit', Number, 300)
    .option('--over <commit>', 'undo the changes of this commit of somebody else')
    .option(
      '--adopt [names...]',
      'take over the fleet of another clone, or the clusters, containers, networks and volumes of these names',
    )
    .action(async (options: UpOptions) => {
      const fleet = loadFleet();
      await confirmProvision(console.log);
      await lockRuns(fleetDirectory, 'npm run up');
      await bringUp(fleet, options);
      console.log(await summary(fleet));
    });
}

async function bringUp(fleet: Fleet, { timeout, over, adopt }: UpOptions): Promise<void> {
  let commit = '';
  const cluster = async (name: string, report: Report) =>
    bringUpCluster({
      target: clusterTarget(fleet, name),
      stack: await openStack(name, report),
      kubeconfig: kubeconfigPath(name),
      commit,
      timeout: timeout * 1000,
      report,
    });
  await runSteps([
    { title: 'Machine', run: (report) => prepareToBringUp(fleet, report, adopt) },
    { title: 'Secrets', run: () => prepareSecrets(fleet) },
    {
      title: repositoryProvider(fleet).title,
      run: async (report) => bringUpRepository(fleet, await openStack(repositoryStack, report)),
    },
    {
      title: 'Repository',
      run: async () => {
        const published = await publishFleet(fleet, over);
        commit = published.commit;
        return describePublished(published);
      },
    },
    Object.keys(fleet.clusters).map((name): Step => ({
      title: `Cluster ${name}`,
      run: (report) => cluster(name, report),
    })),
    undeclaredClusters(fleet).map((name): Step => ({
      title: `Cluster ${name}, which fleet.ts no longer has`,
      run: async (report) => {
        await removeCluster(fleet, name, report);
        return 'removed';
      },
    })),
  ]);
}

async function prepareToBringUp(fleet: Fleet, report: Report, adopt?: Adopt): Promise<string | undefined> {
  await prepare(fleet, report, async () => refuseToBringUp(await examineFleet(fleet), adopt));
  return takeOverFleet(fleet, { adopt });
}

/**
 * Gets what this machine lacks, checks it, and sets the environment of the commands that are started from here.
 *
 * @param checkOwner throws the problems of ownership, which are shown together with those of the machine
 */
export async function prepare(fleet: Fleet, report: Report, checkOwner: () => Promise<void>): Promise<void> {
  const tools = await provide(fleet, report);
  const checks = [checkMachine(machineNeeds(fleet))];
  if ((await engineProblem()) === undefined) checks.push(checkOwner());
  await allOf(checks);
  await useEnvironment(fleet, tools);
}
