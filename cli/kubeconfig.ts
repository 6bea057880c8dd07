import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

import type { Command } from 'commander';
import { parse, stringify } from 'yaml';

import { fleetDirectory } from '../machine/paths';
import { writePrivateFile } from '../machine/private-file';
import { FleetError } from '../model';
import { mergeKubeconfigs, type Kubeconfig } from '../operate/kubeconfig';
import { kubeconfigPath } from './environment';
import { loadFleet } from './fleet-file';

/** `fleet kubeconfig`: the clusters' contexts, printed, or merged into the user's own file on request. */
export function register(program: Command): void {
  program
    .command('kubeconfig')
    .description("print the fleet's kubeconfig, with a context for each cluster")
    .option('--merge [file]', 'merge it into this file instead of printing it (default: $KUBECONFIG or ~/.kube/config)')
    .action(({ merge }: { merge?: string | true }) => {
      const fleets = mergeKubeconfigs(Object.keys(loadFleet().clusters).map((name) => readCluster(name)));
      if (!merge) return console.log(stringify(fleets));
      const file = merge === true ? userKubeconfig() : merge;
      const before = existsSync(file) ? [parse(readFileSync(file, 'utf8')) as Kubeconfig] : [];
      writePrivateFile(file, stringify(mergeKubeconfigs([...before, fleets])));
      console.log(`merged ${fleets.contexts.map(({ name }) => name).join(', ')} into ${file}`);
    });
}

function readCluster(name: string): Kubeconfig {
  const path = kubeconfigPath(name);
  if (existsSync(path)) return parse(readFileSync(path, 'utf8')) as Kubeconfig;
  throw new FleetError({ place: `cluster ${name}`, problem: 'it has no kubeconfig yet', next: 'Run `npm run up`' });
}

/** The file that kubectl would write to. A file that `fleet env` put into KUBECONFIG is not the user's own. */
function userKubeconfig(): string {
  const own = process.env['KUBECONFIG']?.split(delimiter).find((path) => path && !path.startsWith(fleetDirectory));
  return own ?? join(homedir(), '.kube', 'config');
}
