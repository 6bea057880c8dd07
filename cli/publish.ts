import { join } from 'node:path';

import type { Command } from 'commander';

import { synthesise } from '../constructs/synth';
import { refuseAnothersFleet } from '../machine/ownership';
import { localPath, repositoryRoot } from '../machine/paths';
import { type Fleet, localPaths } from '../model';
import { publish, publishDiff, type Published, sourceOf } from '../operate/publish';
import { RepositoryCopy } from '../operate/repository';
import { examineFleet } from '../stacks/ownership';
import { repositoryProvider } from '../stacks/repositories';
import { loadFleet } from './fleet-file';

/** The folder that is generated from `fleet.ts`, and published. */
export const manifestsDirectory = join(repositoryRoot, 'manifests');

/** This machine's copy of the fleet's repository. */
export function repositoryCopy(fleet: Fleet): RepositoryCopy {
  return new RepositoryCopy(localPath(localPaths.repositoryCopy), repositoryProvider(fleet).access(fleet));
}

/** Generates `manifests/` from `fleet.ts` and publishes it. */
export async function publishFleet(fleet: Fleet, over?: string): Promise<Published> {
  const source = await sourceOf(repositoryRoot);
  return publish({ ...generate(fleet), source, over });
}

function generate(fleet: Fleet): { copy: RepositoryCopy; manifests: string } {
  synthesise(fleet, manifestsDirectory, repositoryRoot);
  return { copy: repositoryCopy(fleet), manifests: manifestsDirectory };
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
    .option('--diff', 'print what would change in the repository, and publish nothing')
    .option('--over <commit>', 'undo the changes of this commit of somebody else')
    .action(async ({ over, diff }: { over?: string; diff?: boolean }) => {
      const fleet = loadFleet();
      refuseAnothersFleet(await examineFleet(fleet));
      if (diff) return console.log(await publishDiff(generate(fleet)));
      console.log(describePublished(await publishFleet(fleet, over)));
    });
}
