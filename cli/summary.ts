import type { Fleet } from '../model';
import { ClusterClient } from '../operate/cluster-client';
import { running } from '../operate/running';
import { clusterProvider, clusterTargets } from '../stacks/clusters';
import { repositoryProvider } from '../stacks/repositories';
import { kubeconfigPath } from './environment';
import { table } from './table';

/** A table of what runs where, and commands to try next. */
export async function summary(fleet: Fleet): Promise<string> {
  const clusters = clusterTargets(fleet);
  const apps = await Promise.all(
    clusters.map(async ({ name }) => running(new ClusterClient(name, kubeconfigPath(name)))),
  );
  const rows = apps.flat().map((app) => {
    const { cluster, image, commit } = app;
    return [cluster, app.app, image ? `${app.ready}/${app.replicas}` : '-', image || '-', commit.slice(0, 12)];
  });
  const first = clusters[0]!;
  return [
    '',
    table(['CLUSTER', 'APP', 'PODS', 'IMAGE', 'COMMIT'], rows),
    '',
    `Repository: ${repositoryProvider(fleet).access(fleet).url}`,
    '',
    'Next:',
    '  eval "$(npm run -s fleet -- env)"       kubectl, git and pulumi in this shell work on the fleet',
    `  kubectl --context ${clusterProvider(first.cluster).context(first)} get pods --all-namespaces`,
    '  edit fleet.ts, then npm run up          changes the clusters, by one commit',
    '  npm run down                            removes everything again',
  ].join('\n');
}
