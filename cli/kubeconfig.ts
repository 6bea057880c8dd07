import { copyFileSync, existsSync, readFileSync, realpathSync } from 'node:fs';
import type { Command } from 'commander';
import { writePrivateFile } from '../machine/files';
import { userKubeconfigs } from '../machine/user-kubeconfigs';
import { FleetError } from '../model';
import { contextNames, type KubeconfigText, mergeKubeconfigs } from '../operate/kubeconfig';
import { kubeconfigPath } from './environment';
import { loadFleet } from './fleet-file';

/** `fleet kubeconfig`: the clusters' contexts, printed, or merged into the user's own file on request. */
export function register(program: Command): void {
  program
    .command('kubeconfig')
    .description("print the fleet's kubeconfig, with a context for each cluster")
    .option('--merge [file]', 'merge it into this file instead of printing it (default: $KUBECONFIG or ~/.kube/config)')
    .action(({ merge }: { merge?: string | true }) => {
      const clusters = Object.keys(loadFleet().clusters).map((name) => readCluster(name));
      if (!merge) return console.log(mergeKubeconfigs(clusters).trimEnd());
      const place = merge === true ? userKubeconfigs()[0]! : merge;
      const backup = mergeInto(place, clusters);
      const names = clusters.flatMap(contextNames).join(', ');
      console.log(`merged ${names} into ${place}${backup ? `; what it was is in ${backup}` : ''}`);
    });
}

function readCluster(name: string): KubeconfigText {
  const place = kubeconfigPath(name);
  if (existsSync(place)) return { place, text: readFileSync(place, 'utf8') };
  throw new FleetError({ place: `cluster ${name}`, problem: 'it has no kubeconfig yet', next: 'Run `npm run up`' });
}

/** Merges kubeconfigs into a file, or into what a link of that name leads to. Gives the copy of what the file was. */
function mergeInto(place: string, clusters: readonly KubeconfigText[]): string | undefined {
  if (!existsSync(place)) {
    writePrivateFile(place, mergeKubeconfigs(clusters));
    return undefined;
  }
  const file = realpathSync(place);
  const text = readFileSync(file, 'utf8');
  const merged = mergeKubeconfigs([{ place, text }, ...clusters]);
  if (merged === text) return undefined;
  const backup = `${file}.bak`;
  copyFileSync(file, backup);
  writePrivateFile(file, merged);
  return backup;
}
