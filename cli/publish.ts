import { join } from 'node:path';

import type { Command } from 'commander';

import { synthesise } from '../constructs/synth';
import { examine, refuseAnothersFleet } from '../machine/ownership';
import { fleetDirectory, repositoryRoot } from '../machine/paths';
import { type Fleet, hostGitUrl } from '../model';
import { publish, type Published, sourceCommit } from '../operate/publish';
import { RepositoryCopy } from '../operate/repository';
import { gitSshCommand } from './environment';
import { loadFleet } from './fleet-file';

/** The folder that is generated from `fleet.ts`, and published. */
export const manifestsDirectory = join(repositoryRoot, 'manifests');

/** This machine's copy of the fleet's repository. */
export function repositoryCopy(fleet: Fleet): RepositoryCopy {
  const access = { url: hostGitUrl(fleet.git), sshCommand: gitSshCommand() };
  return new RepositoryCopy(join(fleetDirectory, 'infra.git'), access);
}

/** Generates `manifests/` from `fleet.ts` and publishes it. */
export async function publishFleet(fleet: Fleet, over?: string): Promise<Published> {
  synthesise(fleet, manifestsDirectory);
  return publish({
    copy: repositoryCopy(fleet),
    manifests: manifestsDirectory,
    source: await sourceCommit(repositoryRoot),
    over,
  });
}

/** What was published, in a sentence. */
export function describePublished({ commit, subject }: Published): string {
  return subject
    ? `published ${commit.slice(0, 12)}: ${subject}`
    : `nothing to publish: ${commit.slice(0, 12)} is what fleet.ts says`;
}

/** `fleet publish`: one commit that makes the repository what `fleet.ts` says. */
export function register(program: Command): void {
  program
    .command('publish')
    .description('generate manifests/ from fleet.ts and push it as one commit')
    .option('--over <commit>', "undo what this commit, somebody else's, changed")
    .action(async ({ over }: { over?: string }) => {
      const fleet = loadFleet();
      refuseAnothersFleet(await examine(fleet));
      console.log(describePublished(await publishFleet(fleet, over)));
    });
}
