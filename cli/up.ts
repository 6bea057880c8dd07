import type { Command } from 'commander';
import { allOf } from '../machine/all-of';
import { checkMachine, engineProblem } from '../machine/checks';
import { type Adopt, type Examination, refuseToBringUp } from '../machine/ownership';
import { fleetDirectory } from '../machine/paths';
import { portsToMove } from '../machine/ports';
import { examinedVariable, type Fleet, repositoryStack, throwProblems } from '../model';
import type { UnitsAt } from '../operate/applied';
import { bringUpCluster } from '../operate/cluster';
import { refuseDeletions } from '../operate/deletion';
import { examineExisting, type ExaminedCluster } from '../operate/existing/examine';
import { withdrawal } from '../operate/existing/withdraw';
import { clusterDeletion } from '../operate/deletions';
import { publishedUnits } from '../operate/published-units';
import { refuseWithoutAccess } from '../operate/refuse-access';
import { bringUpRepository } from '../operate/repository-stack';
import { lockRuns } from '../operate/run-lock';
import { redactor } from '../operate/secrets/redact';
import { clusterTarget } from '../stacks/clusters';
import { clusterRecord, recordCluster } from '../stacks/clusters/record';
import { machineNeeds } from '../stacks/needs';
import {
  clusterContainers,
  clusterRemovals,
  examineFleet,
  refuseOtherMachine,
  takeOverFleet,
} from '../stacks/ownership';
import { repositoryProvider } from '../stacks/repositories';
import { withConsent } from './consent';
import { allowDeleteHelp } from './deletion-help';
import { kubeconfigPath, useEnvironment } from './environment';
import { loadFleet } from './fleet-file';
import { confirmProvision, provide } from './provide';
import { checkFleet, describePublished, type PublishedFleet, publishFleet, type PublishOptions } from './publish';
import { repositoryCopy } from './repository-copy';
import { prepareSecrets, secretsFolder } from './secrets-folder';
import { destroyCluster, openStack, openStackToBringUp, removeCluster, undeclaredClusters, useState } from './stacks';
import { type Report, Result, runSteps, type Step } from './steps';
import { summary } from './summary';
import { graceOption, timeoutOption } from './timeout';

/** The options of `fleet up`. */
interface UpOptions extends PublishOptions {
  /** How long a cluster may take to apply the commit, in ms. */
  readonly timeout: number;
  /** How long what may heal by itself is waited for, in ms. */
  readonly grace: number;
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
    .addOption(timeoutOption('how long a cluster may take to apply the commit'))
    .addOption(graceOption())
    .option('--over <commit>', 'undo the changes of this commit of somebody else')
    .option(
      '--adopt [names...]',
      'take over the fleet of another clone, or the clusters, containers, networks and volumes of these names',
    )
    .option('--allow-delete <objects...>', allowDeleteHelp)
    .action(async (options: UpOptions) => {
      const fleet = loadFleet();
      await confirmProvision(console.log);
      await lockRuns(fleetDirectory, 'npm run up', () =>
        withConsent(options.allowDelete, (allowDelete) => bringUp(fleet, { ...options, allowDelete })),
      );
      console.log(await summary(fleet));
    });
}

async function bringUp(fleet: Fleet, options: UpOptions): Promise<void> {
  const { timeout, grace } = options;
  let checked: Awaited<ReturnType<typeof checkFleet>>;
  const served = new Result<void>();
  const published = new Result<PublishedFleet>();
  let commits: UnitsAt | undefined;
  const unitsAt = async () => {
    const { commit } = await published.get();
    return (commits ??= publishedUnits(repositoryCopy(fleet), commit));
  };
  const cluster = async (name: string, report: Report) =>
    bringUpCluster({
      target: clusterTarget(fleet, name),
      stack: await openStackToBringUp(fleet, name, report),
      kubeconfig: kubeconfigPath(name),
      unitsAt,
      timeout,
      grace,
      report,
      redact: redactor(secretsFolder(fleet), name),
    });
  // What is no longer in fleet.ts is known once the state is.
  await runSteps([{ title: 'Machine', run: (report) => prepareToBringUp(fleet, report, options) }]);
  await runSteps([
    { title: 'Secrets', run: () => prepareSecrets(fleet) },
    { title: 'Manifests', run: async () => void (checked = await checkFleet(fleet)) },
    [
      {
        title: repositoryProvider(fleet).title,
        run: (report) =>
          served.from(
            openStackToBringUp(fleet, repositoryStack, report).then((stack) => bringUpRepository(fleet, stack)),
          ),
      },
      {
        title: 'Repository',
        run: async () =>
          describePublished(
            await published.from(served.get().then(() => publishFleet(fleet, checked, { ...options, starts: true }))),
          ),
      },
      ...Object.keys(fleet.clusters).map((name): Step => ({
        title: `Cluster ${name}`,
        run: async (report) => describeCorrections(await cluster(name, report)),
      })),
      ...undeclaredClusters(fleet).map((name): Step => ({
        title: `Cluster ${name}, which fleet.ts no longer has`,
        run: async (report) => {
          await published.get();
          await removeCluster(fleet, name, report);
          return 'removed';
        },
      })),
    ],
  ]);
}

/** What was not as in the commit; undefined where everything was. */
function describeCorrections(corrected: readonly string[]): string | undefined {
  return corrected.length > 0 ? `corrected ${corrected.join(', ')}` : undefined;
}

async function prepareToBringUp(fleet: Fleet, report: Report, options: UpOptions): Promise<string | undefined> {
  const { adopt, allowDelete } = options;
  let examination: Examination | undefined;
  let existing: readonly ExaminedCluster[] = [];
  await prepare(fleet, report, async () => {
    const machine = async () => {
      examination = await examineFleet(fleet);
      refuseToBringUp(examination, adopt);
    };
    const clusters = async () => void (existing = await examineExisting(fleet, adopt));
    await allOf([machine(), clusters(), refuseWithoutAccess(fleet)]);
  });
  const removals = clusterRemovals(fleet, examination!);
  const losing = await clustersWithPortsOfOthers(fleet, removals);
  const deletions = Object.entries(removals).map(([name, why]) => clusterDeletion(name, why, kubeconfigPath(name)));
  const withdrawals = undeclaredClusters(fleet).filter(clusterRecord).map(withdrawal);
  refuseDeletions([...(await Promise.all(deletions)), ...withdrawals], allowDelete);
  const taken = await takeOverFleet(fleet, { adopt, examination });
  const joined = await joinClusters(fleet, existing, report);
  for (const name of losing) await destroyCluster(fleet, name, report);
  process.env[examinedVariable] = 'true';
  return [taken, joined].filter(Boolean).join('; ') || undefined;
}

/** Notes what was found of the clusters that somebody else made. Gives what is taken over there, as a sentence. */
async function joinClusters(
  fleet: Fleet,
  clusters: readonly ExaminedCluster[],
  report: Report,
): Promise<string | undefined> {
  for (const { name, record, isAnother } of clusters) {
    // What Pulumi knows is of a cluster that is gone, and must not be removed from this one.
    if (isAnother) await (await openStack(fleet, name, report)).forget();
    recordCluster(name, record);
  }
  const adopted = clusters.filter(({ isTaken }) => isTaken).map(({ name }) => `cluster ${name}`);
  return adopted.length > 0 ? `took over what is in ${adopted.join(', ')}` : undefined;
}

/**
 * The clusters among those that are removed or made again whose ports another cluster is to have: they have to go first.
 *
 * @throws FleetError for a port that another cluster has and keeps
 */
async function clustersWithPortsOfOthers(fleet: Fleet, removals: Readonly<Record<string, string>>): Promise<string[]> {
  const containers = clusterContainers(fleet);
  const moves = (await portsToMove(machineNeeds(fleet).ports)).map((move) => ({
    ...move,
    cluster: containers.get(move.holder)!,
  }));
  const problems = moves
    .filter(({ cluster }) => removals[cluster] === undefined)
    .map(({ port, place, holder, cluster }) => ({
      place,
      problem: `port ${port} is one of cluster ${cluster}, in its container ${holder}, which stays as it is`,
      next: `Choose another port, or remove ${cluster} first`,
    }));
  throwProblems(problems);
  return [...new Set(moves.map(({ cluster }) => cluster))];
}

/**
 * Gets what this machine lacks, checks it, and sets the environment of the commands that are started from here.
 *
 * @param checkOwner throws the problems of ownership, which are shown together with those of the machine
 */
export async function prepare(fleet: Fleet, report: Report, checkOwner: () => Promise<void>): Promise<void> {
  const tools = await provide(fleet, report);
  await useState(fleet, tools);
  const checks = [checkMachine(machineNeeds(fleet))];
  if ((await engineProblem()) === undefined) checks.push(refuseOtherMachine(fleet), checkOwner());
  await allOf(checks);
  await useEnvironment(fleet, tools);
}
