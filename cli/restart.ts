import type { Command } from 'commander';
import { restart } from '../operate/everyday/restart';
import { appArgument, clusterOption, clustersOf, inClusters } from './clusters';
import { loadFleet } from './fleet-file';
import { timeoutOption } from './timeout';

/** `fleet restart`: an app's pods are replaced. */
export function register(program: Command): void {
  program
    .command('restart')
    .description('replace the pods of an app one after the other, and wait until the new ones are ready')
    .addArgument(appArgument())
    .addOption(clusterOption())
    .addOption(timeoutOption('how long it may take'))
    .action(async (app: string, { cluster, timeout }: { cluster?: string[]; timeout: number }) => {
      await inClusters(clustersOf(loadFleet(), app, cluster), async (client) => {
        const report = (missing: readonly string[]) => console.error(`Cluster ${client.name}: ${missing.join('; ')}`);
        const workloads = await restart({ client, app, timeout, report });
        console.log(`cluster ${client.name}: restarted ${workloads.join(', ')}`);
      });
    });
}
