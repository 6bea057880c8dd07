import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import {
  type Examination,
  foreignObjects,
  heldNetworks,
  isOurs,
  listed,
  refuseAnothersFleet,
  removeMarked,
} from '../machine/ownership';
import { fleetDirectory, localPath } from '../machine/paths';
import { type Fleet, FleetError, localPaths, pgpFingerprints, repositoryStack, throwProblems } from '../model';
import { type Deletion, refuseDeletions } from '../operate/deletion';
import { withdrawal } from '../operate/existing/withdraw';
import { takeDownRepository } from '../operate/repository-stack';
import { lockRuns } from '../operate/run-lock';
import { clusterProvider, clusterTargets } from '../stacks/clusters';
import { clusterRecord } from '../stacks/clusters/record';
import { examineFleet } from '../stacks/ownership';
import { repositoryProvider } from '../stacks/repositories';
import { withConsent } from './consent';
import { loadFleet } from './fleet-file';
import { confirmProvision } from './provide';
import { secretsFolder } from './secrets-folder';
import { destroyCluster, leaveCluster, openStack, removeStacks, undeclaredClusters } from './stacks';
import { runSteps, type Step } from './steps';
import { prepare } from './up';

/** `fleet down`: removes everything but the repository's commits. */
export function register(program: Command): void {
  program
    .command('down')
    .description('remove the clusters and what serves the repository; its commits stay')
    .option('--all', 'remove the repository, the keys and the state as well')
    .option('--leave <clusters...>', 'leave these clusters that somebody else made as they are, with Flux in them')
    .option('--allow-delete <objects...>', 'remove Flux from these clusters that somebody else made: flux/CLUSTER')
    .action(async ({ all = false, leave = [], allowDelete }: DownOptions) => {
      const fleet = loadFleet();
      await confirmProvision(console.log);
      const foreign = await lockRuns(fleetDirectory, 'npm run down', async () => {
        await withConsent(allowDelete, (allowed) => {
          refuseDeletions(withdrawals(fleet, leave), allowed, 'down');
          return takeDown(fleet, leave);
        });
        if (all) await repositoryProvider(fleet).removeData(fleet);
        const examination = await examineFleet(fleet);
        throwProblems(await heldNetworks(examination));
        return foreignObjects(all ? await removeRest(fleet, examination) : examination);
      });
      console.log(all ? nothingBut(neededKeys(fleet)) : kept(fleet));
      const stays = all && repositoryProvider(fleet).stays?.(fleet);
      if (stays) console.log(stays);
      for (const line of keptClusters(fleet)) console.log(line);
      if (foreign.length > 0)
        console.log(`Left as they are, because this clone did not make them: ${listed(foreign)}.`);
    });
}

/** The options of `fleet down`. */
interface DownOptions {
  readonly all?: boolean;
  /** Clusters that somebody else made and that keep their Flux. */
  readonly leave?: readonly string[];
  readonly allowDelete?: readonly string[];
}

/** The clusters that somebody else made and from which Flux is removed. @throws FleetError for a name to leave that none has */
function withdrawals(fleet: Fleet, leave: readonly string[]): Deletion[] {
  const existing = [...Object.keys(fleet.clusters), ...undeclaredClusters(fleet)].filter(clusterRecord);
  const unknown = leave.filter((name) => !existing.includes(name));
  throwProblems(
    unknown.map((name) => ({
      place: `--leave ${name}`,
      problem: 'there is no cluster of this name that somebody else made and that was brought up',
      next: existing.length > 0 ? `Use ${existing.join(' or ')}` : 'Run it without `--leave`',
    })),
  );
  return existing.filter((name) => !leave.includes(name)).map(withdrawal);
}

async function takeDown(fleet: Fleet, leave: readonly string[]): Promise<void> {
  const checkOwner = async () => refuseAnothersFleet(await examineFleet(fleet));
  await runSteps([{ title: 'Machine', run: (report) => prepare(fleet, report, checkOwner) }]);
  await runSteps([
    [...Object.keys(fleet.clusters), ...undeclaredClusters(fleet)].map((name): Step => ({
      title: `Cluster ${name}`,
      run: async (report) => {
        if (!leave.includes(name)) return void (await destroyCluster(fleet, name, report));
        await leaveCluster(fleet, name, report);
        return 'left as it is, with Flux in it';
      },
    })),
    {
      title: repositoryProvider(fleet).title,
      run: async (report) => {
        const stack = await openStack(fleet, repositoryStack, report);
        try {
          await takeDownRepository(fleet, stack);
        } catch (error) {
          // What holds the network is told at the end: the rest does not depend on it.
          if ((await heldNetworks(await examineFleet(fleet))).length === 0) throw error;
          return 'its network is in use';
        }
      },
    },
  ]);
}

/** Removes the record of the fleet's owner, and this clone's own files. Gives what is left on this machine. */
async function removeRest(fleet: Fleet, { self }: Examination): Promise<Examination> {
  await removeMarked(self);
  const examination = await examineFleet(fleet);
  const rest = examination.objects.filter(isOurs);
  if (rest.length > 0) {
    throw new FleetError({
      place: 'this machine',
      problem: `of the fleet, these are left: ${listed(rest)}`,
      next: 'Run `npm run down -- --all` again; if they stay, see why with `docker inspect`',
    });
  }
  await removeStacks(fleet);
  removeLocalFiles(fleet);
  return examination;
}

function removeLocalFiles(fleet: Fleet): void {
  const kept = neededKeys(fleet);
  if (kept.length === 0) return rmSync(fleetDirectory, { recursive: true, force: true });
  removeAllBut(fleetDirectory, [localPaths.keys]);
  removeAllBut(localPath(localPaths.keys), kept);
}

function removeAllBut(folder: string, kept: readonly string[]): void {
  const names = readdirSync(folder).filter((name) => !kept.includes(name));
  for (const name of names) rmSync(join(folder, name), { recursive: true, force: true });
}

/** The files of keys without which encrypted secrets could never be read again, be it those in Git's history. */
function neededKeys(fleet: Fleet): string[] {
  const files = secretsFolder(fleet).files();
  return [...new Set(files.map(({ cluster }) => cluster))]
    .flatMap((cluster) => [
      localPaths.ageKeys(cluster),
      localPaths.retiredAgeKeys(cluster),
      ...pgpFingerprints(fleet.clusters[cluster]?.recipients ?? []).map((key) => localPaths.pgpKey(cluster, key)),
    ])
    .filter((path) => existsSync(localPath(path)))
    .map((path) => basename(path));
}

function nothingBut(keys: readonly string[]): string {
  if (keys.length === 0) return 'Nothing of the fleet is left.';
  return `Nothing is left but ${keys.join(', ')} in .fleet/keys. Without them secrets/ and its history cannot be decrypted: remove them yourself.`;
}

function kept(fleet: Fleet): string {
  const provider = repositoryProvider(fleet);
  return [
    `Kept: the commits, ${provider.kept(fleet)}, and this machine's keys and state, in .fleet/.`,
    `\`npm run up\` continues with them; \`npm run down -- --all\` removes ${provider.stays ? 'the keys and the state' : 'them'} as well.`,
  ].join('\n');
}

/** What this program did not make in the clusters' place, and so leaves. */
export function keptClusters(fleet: Fleet): string[] {
  const kept = clusterTargets(fleet).map((target) => clusterProvider(target.cluster).kept(target));
  return kept.filter((sentence) => sentence !== undefined);
}
