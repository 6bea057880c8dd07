import type { Command } from 'commander';

import { checkMachine } from '../machine/checks';
import { fleetDirectory } from '../machine/paths';
import { type Fleet, repositoryStack } from '../model';
import { bringUpCluster } from '../operate/cluster';
import { bringUpRepository } from '../operate/repository-stack';
import { lockRuns } from '../operate/run-lock';
import { clusterTarget } from '../stacks/clusters';
import { machineNeeds } from '../stacks/needs';
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
    .action(async (options: UpOptions) => {
      const fleet = loadFleet();
      await confirmProvision(console.log);
      await lockRuns(fleetDirectory, 'npm run up');
      await bringUp(fleet, options);
      console.log(await summary(fleet));
    });
}

async function bringUp(fleet: Fleet, { timeout, over }: UpOptions): Promise<void> {
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
    { title: 'Machine', run: (report) => prepare(fleet, report) },
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
        await removeCluster(name, report);
        return 'removed';
      },
    })),
  ]);
}

/** Gets what this machine lacks, checks it, and sets the environment of the commands that are started from here. */
export async function prepare(fleet: Fleet, report: Report): Promise<void> {
  const tools = await provide(fleet, report);
  await checkMachine(machineNeeds(fleet));
  useEnvironment(fleet, tools);
}
