import type { Command } from 'commander';
import { repositoryRoot } from '../machine/paths';
import { suspend } from '../operate/everyday/suspend';
import { sourceOf } from '../operate/publish';
import { appArgument, clusterOption, clustersOf, inClusters } from './clusters';
import { loadFleet } from './fleet-file';

const help = `
The objects get your name and the reason as annotations, which \`fleet status\` and every command that meets them show. Until
\`fleet resume\`, the app stays as it is: no commit reaches it, and \`fleet up\` refuses to go on.`;

/** `fleet suspend`: Flux leaves an app as it is. */
export function register(program: Command): void {
  program
    .command('suspend')
    .description('let Flux leave an app as it is: no commit reaches it, and nothing is corrected')
    .addArgument(appArgument())
    .requiredOption('--reason <text>', 'why; shown to whoever meets it')
    .addOption(clusterOption())
    .addHelpText('after', help)
    .action(async (app: string, { reason, cluster }: { reason: string; cluster?: string[] }) => {
      const clusters = clustersOf(loadFleet(), app, cluster);
      const { identity } = await sourceOf(repositoryRoot);
      const by = identity['GIT_AUTHOR_EMAIL']!;
      await inClusters(clusters, async (client) => {
        const objects = await suspend(client, app, { by, reason });
        console.log(`cluster ${client.name}: suspended ${objects.join(', ')}`);
      });
    });
}
