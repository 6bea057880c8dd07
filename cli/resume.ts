import type { Command } from 'commander';
import { resume } from '../operate/everyday/suspend';
import { appArgument, clusterOption, clustersOf, inClusters } from './clusters';
import { loadFleet } from './fleet-file';

/** `fleet resume`: Flux goes on with an app. */
export function register(program: Command): void {
  program
    .command('resume')
    .description('let Flux go on with an app that was suspended, whoever did it')
    .addArgument(appArgument())
    .addOption(clusterOption())
    .action(async (app: string, { cluster }: { cluster?: string[] }) => {
      await inClusters(clustersOf(loadFleet(), app, cluster), async (client) => {
        const objects = await resume(client, app);
        const done = objects.length > 0 ? `resumed ${objects.join(', ')}` : `${app} is not suspended`;
        console.log(`cluster ${client.name}: ${done}`);
      });
    });
}
