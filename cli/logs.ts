import { type Command, InvalidArgumentError } from 'commander';
import { logs, type Origin } from '../operate/everyday/logs';
import { appArgument, clusterOption, clustersOf, inClusters } from './clusters';
import { loadFleet } from './fleet-file';
import { painter } from '../machine/terminal';

interface LogsOptions {
  readonly cluster?: readonly string[];
  readonly follow?: boolean;
  readonly tail: number;
}

/** `fleet logs`: what an app's pods write. */
export function register(program: Command): void {
  program
    .command('logs')
    .description('print what the pods of an app write, in all its clusters, each line with its cluster and pod')
    .addArgument(appArgument())
    .addOption(clusterOption())
    .option('-f, --follow', 'go on with what is written from now on, also by new pods')
    .option('--tail <lines>', 'how many of the last lines of each container', parseLines, 20)
    .action(async (app: string, { cluster, follow = false, tail }: LogsOptions) => {
      const stop = new AbortController();
      process.once('SIGINT', () => stop.abort());
      await inClusters(clustersOf(loadFleet(), app, cluster), (client) =>
        logs({ client, app, tail, follow, print, signal: stop.signal }),
      );
    });
}

function print({ cluster, pod, container }: Origin, line: string): void {
  console.log(`${painter(process.stdout.isTTY)('dim', [cluster, pod, container].filter(Boolean).join(' '))} ${line}`);
}

function parseLines(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('Write a number of lines.');
  return Number(text);
}
