import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

import type { Command } from 'commander';
import { execa } from 'execa';

import { fleetDirectory } from '../machine/paths';
import { type Fleet, gitServerStack, repositoryVolume } from '../model';
import { leftovers, removeLeftover } from '../operate/leftovers';
import { lockRuns } from '../operate/run-lock';
import { loadFleet } from './fleet-file';
import { secretsFolder } from './secrets-folder';
import { destroyStack, undeclaredClusters } from './stacks';
import { type Report, runSteps, type Step } from './steps';
import { prepare } from './up';

/** `fleet down`: takes everything away again, but for the repository. */
export function register(program: Command): void {
  program
    .command('down')
    .description('remove the clusters and what serves the repository; its commits stay')
    .option('--all', 'remove the repository, the keys and the state as well')
    .action(async ({ all = false }: { all?: boolean }) => {
      const fleet = loadFleet();
      await lockRuns(fleetDirectory, 'npm run down');
      await takeDown(fleet, all);
      console.log(all ? (keptKeys(fleet) ?? 'Nothing is left.') : kept(fleet));
    });
}

async function takeDown(fleet: Fleet, all: boolean): Promise<void> {
  await runSteps([
    { title: 'Machine', run: (report) => prepare(fleet, report) },
    [...Object.keys(fleet.clusters), ...undeclaredClusters(fleet)].map((name): Step => ({
      title: `Cluster ${name}`,
      run: async (report) => void (await destroyStack(name, report)),
    })),
    { title: 'Git server', run: (report) => destroyGitServer(fleet, report) },
  ]);
  if (!all) return;
  await execa('docker', ['volume', 'rm', '--force', repositoryVolume(fleet.name)]);
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
  for (const leftover of await leftovers(fleet.name, [])) await removeLeftover(leftover);
}

function kept({ name }: Fleet): string {
  return [
    `Kept: the repository, in the Docker volume ${repositoryVolume(name)}, and this machine's keys and state, in .fleet/.`,
    '`npm run up` goes on with them; `npm run down -- --all` takes them away as well.',
  ].join('\n');
}
