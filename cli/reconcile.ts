import type { Command } from 'commander';
import { reconcile } from '../operate/everyday/reconcile';
import { appArgument, chosenClusters, clusterOption, clustersOf, inClusters } from './clusters';
import { loadFleet } from './fleet-file';
import { graceOption, timeoutOption } from './timeout';
import { waitProps } from './wait-props';

interface ReconcileOptions {
  readonly cluster?: readonly string[];
  readonly force?: boolean;
  readonly timeout: number;
  readonly grace: number;
}

/** `fleet reconcile`: Flux compares now. */
export function register(program: Command): void {
  program
    .command('reconcile')
    .description(
      'let Flux fetch the repository and compare an app, or everything, with it now, and wait for the outcome',
    )
    .addArgument(appArgument('[app]'))
    .addOption(clusterOption())
    .option('--force', 'let Helm upgrade a release although its chart and values are the same')
    .addOption(timeoutOption('how long it may take'))
    .addOption(graceOption())
    .action(async (app: string | undefined, options: ReconcileOptions) => {
      const fleet = loadFleet();
      const clusters =
        app === undefined ? chosenClusters(fleet, options.cluster) : clustersOf(fleet, app, options.cluster);
      await inClusters(clusters, async (client) => {
        const commit = await reconcile({ ...options, client, app, ...waitProps(fleet, client.name) });
        console.log(`cluster ${client.name}: ${app ?? 'everything'} is as in ${commit.slice(0, 12)}, and ready`);
      });
    });
}
