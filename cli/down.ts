import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

import type { Command } from 'commander';
import { execa } from 'execa';

import { examine, type JudgedThing, listed, refuseAnothersFleet, releaseClaim } from '../machine/ownership';
import { fleetDirectory } from '../machine/paths';
import { type Fleet, gitServerStack, repositoryVolume } from '../model';
import { leftovers, removeLeftover } from '../operate/leftovers';
import { lockRuns } from '../operate/run-lock';
import { loadFleet } from './fleet-file';
import { secretsFolder } from './secrets-folder';
import { destroyCluster, destroyStack, undeclaredClusters } from './stacks';
import { type Report, runSteps, type Step } from './steps';
import { prepare } from './up';

/** `fleet down`: takes everything away again, but for the repository. */
export function register(program: Command): void {
  program
    .command('down')
    .description('take the clusters and the git server away; the repository stays in its volume')
    .option('--all', 'take the repository, the keys and the state away as well: nothing is left')
    .action(async ({ all = false }: { all?: boolean }) => {
      const fleet = loadFleet();
      await lockRuns(fleetDirectory, 'npm run down');
      await takeDown(fleet);
      const others = all ? await removeRest(fleet) : (await examine(fleet)).things.filter(isOthers);
      console.log(all ? (keptKeys(fleet) ?? 'Nothing of the fleet is left.') : kept(fleet));
      if (others.length > 0) console.log(`Left alone, as this clone did not make them: ${listed(others)}.`);
    });
}

function isOthers({ verdict }: JudgedThing): boolean {
  return verdict !== 'ours';
}

async function takeDown(fleet: Fleet): Promise<void> {
  const check = async () => refuseAnothersFleet(await examine(fleet));
  await runSteps([
    { title: 'Machine', run: (report) => prepare(fleet, report, check) },
    [...Object.keys(fleet.clusters), ...undeclaredClusters(fleet)].map((name): Step => ({
      title: `Cluster ${name}`,
      run: async (report) => void (await destroyCluster(fleet, name, report)),
    })),
    { title: 'Git server', run: (report) => destroyGitServer(fleet, report) },
  ]);
}

/** Removes the repository, the record of whose the fleet is, and this clone's own files. Gives what is not its own. */
async function removeRest(fleet: Fleet): Promise<JudgedThing[]> {
  const { things, claim, self } = await examine(fleet);
  const volume = things.find(({ kind }) => kind === 'volume');
  if (volume?.verdict === 'ours') await execa('docker', ['volume', 'rm', '--force', volume.name]);
  if (claim?.owner?.clone === self.clone) await releaseClaim(fleet.name);
  removeLocalFiles(fleet);
  return things.filter(isOthers);
}

function removeLocalFiles(fleet: Fleet): void {
  const kept = neededKeys(fleet);
  if (kept.length === 0) return rmSync(fleetDirectory, { recursive: true, force: true });
  removeAllBut(fleetDirectory, ['keys']);
  removeAllBut(join(fleetDirectory, 'keys'), kept);
}

function removeAllBut(folder: string, kept: readonly string[]): void {
  const names = readdirSync(folder).filter((name) => !kept.includes(name));
  for (const name of names) rmSync(join(folder, name), { recursive: true, force: true });
}

/** The files of keys without which encrypted secrets could never be read again. */
function neededKeys(fleet: Fleet): string[] {
  const folder = secretsFolder(fleet);
  const clusters = Object.keys(fleet.clusters).filter((cluster) => folder.filesOf(cluster).length > 0);
  return clusters
    .map((cluster) => folder.keyFile(cluster))
    .filter((file) => existsSync(file))
    .map((file) => basename(file));
}

function keptKeys(fleet: Fleet): string | undefined {
  const keys = neededKeys(fleet);
  if (keys.length === 0) return undefined;
  return `Nothing is left but ${keys.join(' and ')} in .fleet/keys, which secrets/ cannot be read without: remove them by hand.`;
}

async function destroyGitServer(fleet: Fleet, report: Report): Promise<void> {
  await destroyStack(gitServerStack, report);
  for (const leftover of leftovers((await examine(fleet, { clusters: [] })).things, [])) await removeLeftover(leftover);
}

function kept({ name }: Fleet): string {
  return [
    `Kept: the repository, in the Docker volume ${repositoryVolume(name)}, and this machine's keys and state, in .fleet/.`,
    '`npm run up` goes on with them; `npm run down -- --all` takes them away as well.',
  ].join('\n');
}
