import type { Command } from 'commander';

import { allOf } from '../machine/all-of';
import { checkMachine, engineProblem } from '../machine/checks';
import { type Adopt, examine, refuseToBringUp, takePossession } from '../machine/ownership';
import { fleetDirectory } from '../machine/paths';
import { type Fleet, gitServerStack } from '../model';
import { bringUpCluster } from '../operate/cluster';
import { bringUpGitServer } from '../operate/git-server';
import { lockRuns } from '../operate/run-lock';
import { kubeconfigPath, useEnvironment } from './environment';
import { loadFleet } from './fleet-file';
import { provide } from './provide';
import { describePublished, publishFleet } from './publish';
import { prepareSecrets } from './secrets-folder';
import { openStack, removeCluster, undeclaredClusters } from './stacks';
import { type Report, runSteps, type Step } from './steps';
import { summary } from './summary';

/** What `fleet up` was asked. */
interface UpOptions {
  /** How long a cluster may take to apply the commit, in seconds. */
  readonly timeout: number;
  /** The commit of somebody else that may be undone. */
  readonly over?: string;
  /** What is taken over: all that another clone made for this fleet, or the things of these names. */
  readonly adopt?: Adopt;
}

/** `fleet up`: from whatever there is to a fleet that is as `fleet.ts` says, and is ready. */
export function register(program: Command): void {
  program
    .command('up')
    .description('bring up the git server and the clusters, publish, and wait until each cluster has applied it')
    .option('--timeout <seconds>', 'how long a cluster may take to apply the commit', Number, 300)
    .option('--over <commit>', "undo what this commit, somebody else's, changed")
    .option(
      '--adopt [names...]',
      'take over the fleet that another clone brought up, or the clusters, containers, networks and volumes of these names',
    )
    .action(async (options: UpOptions) => {
      const fleet = loadFleet();
      await lockRuns(fleetDirectory, 'npm run up');
      await bringUp(fleet, options);
      console.log(await summary(fleet));
    });
}

async function bringUp(fleet: Fleet, { timeout, over, adopt }: UpOptions): Promise<void> {
  let commit = '';
  const cluster = async (name: string, report: Report) =>
    bringUpCluster({
      name,
      cluster: fleet.clusters[name]!,
      stack: await openStack(name, report),
      kubeconfig: kubeconfigPath(name),
      commit,
      timeout: timeout * 1000,
      report,
    });
  await runSteps([
    { title: 'Machine', run: (report) => prepareToBringUp(fleet, report, adopt) },
    { title: 'Secrets', run: () => prepareSecrets(fleet) },
    { title: 'Git server', run: async (report) => bringUpGitServer(fleet, await openStack(gitServerStack, report)) },
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
      title: `Cluster ${name}, which fleet.ts has no more`,
      run: async (report) => {
        await removeCluster(fleet, name, report);
        return 'taken away';
      },
    })),
  ]);
}

async function prepareToBringUp(fleet: Fleet, report: Report, adopt?: Adopt): Promise<string | undefined> {
  await prepare(fleet, report, async () => refuseToBringUp(await examine(fleet), adopt));
  return takePossession(fleet, adopt);
}

/**
 * Sees to it that this machine has all that is needed, and makes it known to the commands that are started from here.
 *
 * @param check of who owns what: its errors are told with those of the machine
 */
export async function prepare(fleet: Fleet, report: Report, check: () => Promise<void>): Promise<void> {
  const provision = await provide(fleet, report);
  const engine = await engineProblem();
  await allOf([checkMachine(fleet), ...(engine ? [] : [check()])]);
  useEnvironment(fleet, provision);
}
