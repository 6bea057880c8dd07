import { join } from 'node:path';

import type { Command } from 'commander';

import { synthesise } from '../constructs/synth';
import { refuseAnothersFleet } from '../machine/ownership';
import { fleetDirectory, localPath, repositoryRoot } from '../machine/paths';
import { type Fleet, localPaths } from '../model';
import { publish, type Published, sourceCommit } from '../operate/publish';
import { RepositoryCopy } from '../operate/repository';
import { lockRuns } from '../operate/run-lock';
import { refuseUnverified } from '../operate/secrets/verify';
import { examineFleet } from '../stacks/ownership';
import { repositoryProvider } from '../stacks/repositories';
import { loadFleet } from './fleet-file';
import { secretsFolder } from './secrets-folder';

/** The folder that is generated from `fleet.ts`, and published. */
export const manifestsDirectory = join(repositoryRoot, 'manifests');

/** This machine's copy of the fleet's repository. */
export function repositoryCopy(fleet: Fleet): RepositoryCopy {
  return new RepositoryCopy(localPath(localPaths.repositoryCopy), repositoryProvider(fleet).access(fleet));
}

/** Generates `manifests/` from `fleet.ts` and publishes it. */
export async function publishFleet(fleet: Fleet, over?: string): Promise<Published> {
  synthesise(fleet, manifestsDirectory, repositoryRoot);
  await refuseUnverified(secretsFolder(fleet));
  return publish({
    copy: repositoryCopy(fleet),
    manifests: manifestsDirectory,
    source: await sourceCommit(repositoryRoot),
    over,
  });
}

/** A sentence about what was published. */
export function describePublished({ commit, subject }: Published): string {
  return subject
    ? `published ${commit.slice(0, 12)}: ${subject}`
    : `nothing to publish: ${commit.slice(0, 12)} is up to date with fleet.ts`;
}

/** `fleet publish`: makes the repository what `fleet.ts` says, by one commit. */
export function register(program: Command): void {
  program
    .command('publish')
    .description('generate manifests/ from fleet.ts and push it as one commit')
    .option('--over <commit>', 'undo the changes of this commit of somebody else')
    .action(async ({ over }: { over?: string }) => {
      const fleet = loadFleet();
      const published = await lockRuns(fleetDirectory, 'npm run fleet -- publish', async () => {
        refuseAnothersFleet(await examineFleet(fleet));
        return publishFleet(fleet, over);
      });
      console.log(describePublished(published));
    });
}
