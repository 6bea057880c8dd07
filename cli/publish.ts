import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Command } from 'commander';

import { synthesise } from '../constructs/synth';
import { refuseAnothersFleet } from '../machine/ownership';
import { localPath, repositoryRoot } from '../machine/paths';
import { type Fleet, localPaths } from '../model';
import { publish, type Published, sourceCommit } from '../operate/publish';
import { RepositoryCopy } from '../operate/repository';
import { examineFleet } from '../stacks/ownership';
import { repositoryProvider } from '../stacks/repositories';
import { kubeconfigPath } from './environment';
import { loadFleet } from './fleet-file';

/** The folder that is generated from `fleet.ts`, and published. */
export const manifestsDirectory = join(repositoryRoot, 'manifests');

/** This machine's copy of the fleet's repository. */
export function repositoryCopy(fleet: Fleet): RepositoryCopy {
  return new RepositoryCopy(localPath(localPaths.repositoryCopy), repositoryProvider(fleet).access(fleet));
}

/** Generates `manifests/` from `fleet.ts` and publishes it. */
export async function publishFleet(fleet: Fleet, over?: string): Promise<Published> {
  synthesise(fleet, manifestsDirectory, repositoryRoot);
  await prepareClusters(fleet);
  return publish({
    copy: repositoryCopy(fleet),
    manifests: manifestsDirectory,
    source: await sourceCommit(repositoryRoot),
    over,
  });
}

/** Prepares the clusters that are up for the next commit. */
async function prepareClusters(fleet: Fleet): Promise<void> {
  const up = Object.keys(fleet.clusters).filter((name) => existsSync(kubeconfigPath(name)));
  if (up.length === 0) return;
  // The client of Kubernetes takes a second to load.
  const [{ ClusterClient }, { prepareCluster }] = await Promise.all([
    import('../operate/cluster-client.ts'),
    import('../operate/prepare-cluster.ts'),
  ]);
  // One that does not answer applies nothing either.
  const prepare = (name: string) =>
    prepareCluster(new ClusterClient(name, kubeconfigPath(name))).catch(() => undefined);
  await Promise.race([Promise.all(up.map(prepare)), sleep(10_000, undefined, { ref: false })]);
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
      refuseAnothersFleet(await examineFleet(fleet));
      console.log(describePublished(await publishFleet(fleet, over)));
    });
}
