import type { Command } from 'commander';
import type { Fleet } from '../model';
import { fleetStatus, outcomeOf } from '../operate/status/fleet-status';
import { chosenClusters, clusterOption } from './clusters';
import { loadFleet } from './fleet-file';
import { repositoryCopy } from './repository';
import { statusTable } from './status-table';

interface StatusOptions {
  readonly cluster?: readonly string[];
  readonly json?: boolean;
}

const help = `
Changes nothing, and asks nothing of Flux. Each app is compared with the commit that its cluster's Flux has fetched last.
AGE is the age of the commit; \`-2\` behind a commit: the branch has two more.

Exit codes: 0 everything is ready, 1 something has failed or waits, 3 a cluster does not answer.`;

const exitCodes = { ready: 0, 'not ready': 1, unreachable: 3 } as const;

/** `fleet status`: what runs where, and what is not as the commit. */
export function register(program: Command): void {
  program
    .command('status')
    .description('show each app in each cluster: the commit that it has, whether it is ready, its pods and images')
    .addOption(clusterOption())
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async (options: StatusOptions) => show(loadFleet(), options));
}

async function show(fleet: Fleet, { cluster, json }: StatusOptions): Promise<void> {
  const status = await fleetStatus(chosenClusters(fleet, cluster), repositoryCopy(fleet));
  console.log(json ? JSON.stringify(status, undefined, 2) : statusTable(status));
  process.exitCode = exitCodes[outcomeOf(status)];
}
