import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import type { ClusterAccess } from '../operate/reach';
import type { RepositoryCopy } from '../operate/repository';
import { type FleetStatus, fleetStatus, outcomeOf } from '../operate/status/fleet-status';
import { chosenClusters, clusterOption, unreachableCode } from './clusters';
import { loadFleet } from './fleet-file';
import { repositoryCopy } from './repository-copy';
import { changedRows, statusTable } from './status-table';

interface StatusOptions {
  readonly cluster?: readonly string[];
  readonly json?: boolean;
  readonly watch?: boolean;
}

const help = `
Changes nothing, and asks nothing of Flux. Each app is compared with the commit that its cluster's Flux has fetched last.
AGE is the age of the commit; \`-2\` behind a commit: the branch has two more.

Exit codes: 0 everything is ready, 1 something has failed or waits, 3 a cluster does not answer.`;

const exitCodes = { ready: 0, 'not ready': 1, unreachable: unreachableCode } as const;

/** `fleet status`: what runs where, and what is not as the commit. */
export function register(program: Command): void {
  program
    .command('status')
    .description('show each app in each cluster: the commit that it has, whether it is ready, its pods and images')
    .addOption(clusterOption())
    .addOption(new Option('--watch', 'go on, and show every change').conflicts('json'))
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async (options: StatusOptions) => {
      const fleet = loadFleet();
      const [clusters, copy] = [chosenClusters(fleet, options.cluster), repositoryCopy(fleet)];
      const status = await (options.watch ? watch(clusters, copy) : show(clusters, copy, options.json));
      process.exitCode = exitCodes[outcomeOf(status)];
    });
}

async function show(clusters: readonly ClusterAccess[], copy: RepositoryCopy, json = false): Promise<FleetStatus> {
  const shown: string[] = [];
  const print = (status: FleetStatus) => {
    const rest = status.clusters.filter(({ cluster }) => !shown.includes(cluster));
    console.log(statusTable({ ...status, clusters: rest }));
    shown.push(...rest.map(({ cluster }) => cluster));
  };
  const status = await fleetStatus(clusters, copy, json ? undefined : print);
  if (json) console.log(JSON.stringify(status, undefined, 2));
  else print(status);
  return status;
}

/** How long is waited between two looks, in ms. */
const interval = 2000;

/** Looks again and again until Ctrl-C: drawn anew on a terminal, a line for each change elsewhere. */
async function watch(clusters: readonly ClusterAccess[], copy: RepositoryCopy): Promise<FleetStatus> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  let status = await fleetStatus(clusters, copy);
  for (let before: FleetStatus | undefined; ; before = status, status = await fleetStatus(clusters, copy)) {
    // Home, then the rest of the screen is cleared.
    if (process.stdout.isTTY) console.log(`\u001b[H\u001b[J${statusTable(status)}`);
    else for (const line of changedRows(before, status)) console.log(line);
    await sleep(interval, undefined, { signal: stop.signal }).catch(() => undefined);
    if (stop.signal.aborted) return status;
  }
}
