import type { Fleet } from '../model';
import { fleetStatus } from '../operate/status/fleet-status';
import { clusterProvider, clusterTargets } from '../stacks/clusters';
import { repositoryProvider } from '../stacks/repositories';
import { chosenClusters } from './clusters';
import { repositoryCopy } from './repository-copy';
import { statusTable } from './status-table';

/** A table of what runs where, and commands to try next. */
export async function summary(fleet: Fleet): Promise<string> {
  const first = clusterTargets(fleet)[0]!;
  return [
    '',
    statusTable(await fleetStatus(chosenClusters(fleet), repositoryCopy(fleet))),
    '',
    `Repository: ${repositoryProvider(fleet).access(fleet).url}`,
    '',
    'Next:',
    '  eval "$(npm run -s fleet -- env)"       kubectl, git and pulumi in this shell work on the fleet',
    `  kubectl --context ${clusterProvider(first.cluster).context(first)} get pods --all-namespaces`,
    '  npm run fleet -- status                 shows what runs where, at any time',
    '  edit fleet.ts, then npm run up          changes the clusters, by one commit',
    '  npm run down                            removes everything again',
  ].join('\n');
}
