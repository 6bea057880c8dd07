import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { repositoryRoot } from '../machine/paths';
import type { Fleet } from '../model';
import { ClusterClient } from '../operate/cluster-client';
import { type ClusterReport, reportLines } from '../operate/explain';
import { declarationLine, reportCluster } from '../operate/explain/report';
import { isKubeconfig } from '../operate/kubeconfig';
import { type ClusterAccess, reachTimeout } from '../operate/reach';
import type { RepositoryCopy } from '../operate/repository';
import { redactableValues } from '../operate/secrets/redact';
import { chosenClusters, clusterOption, refuseUnknownApp } from './clusters';
import { loadFleet } from './fleet-file';
import { repositoryCopy } from './repository-copy';
import { secretsFolder } from './secrets-folder';

interface ExplainOptions {
  readonly cluster?: readonly string[];
  readonly json?: boolean;
}

/** `fleet explain`: why what is not ready is not, and what to do. */
export function register(program: Command): void {
  program
    .command('explain')
    .argument('[app]', 'an app or tenant of fleet.ts; all by default')
    .description(
      'tell why what is not ready is not, and what to do. Ends with exit code 0 when nothing fails, 1 when something does, and 3 when a cluster does not answer',
    )
    .addOption(clusterOption())
    .option('--json', 'print one JSON document: the clusters, each with its causes')
    .action(async (app: string | undefined, options: ExplainOptions) => {
      const fleet = loadFleet();
      const clusters = chosenClusters(fleet, options.cluster);
      if (app !== undefined) refuseUnknownApp(fleet, app);
      const file = join(repositoryRoot, 'fleet.ts');
      const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
      const asked = { unit: app, text, copy: repositoryCopy(fleet) };
      const reports = await Promise.all(clusters.map((cluster) => report(fleet, cluster, asked)));
      if (options.json) console.log(JSON.stringify({ clusters: reports }, undefined, 2));
      else for (const line of reportLines(reports)) console.log(line);
      const failing = reports.some(({ causes }) => causes.length > 0) ? 1 : 0;
      process.exitCode = reports.some(({ unreachable }) => unreachable !== undefined) ? 3 : failing;
    });
}

interface Asked {
  readonly unit?: string;
  readonly copy: RepositoryCopy;
  /** The text of fleet.ts. */
  readonly text: string;
}

async function report(
  fleet: Fleet,
  { name: cluster, kubeconfig }: ClusterAccess,
  { unit, copy, text }: Asked,
): Promise<ClusterReport> {
  if (!isKubeconfig(kubeconfig)) return { cluster, causes: [], unreachable: 'it was not brought up: `npm run up`' };
  const units = Object.keys(fleet.runs[cluster] ?? {});
  const all = await reportCluster(new ClusterClient(cluster, kubeconfig, reachTimeout), {
    units,
    secrets: () => redactableValues(secretsFolder(fleet), cluster),
    commit: async (sha) => {
      const found = await copy.git(['show', '-s', '--format=%s%n%an', sha]).catch(() => undefined);
      const [subject, author] = found?.split('\n') ?? [];
      return subject === undefined || author === undefined ? undefined : { sha, subject, author };
    },
    place: (name) => {
      const line = declarationLine(text, name);
      return line === undefined ? undefined : `fleet.ts:${line}`;
    },
  });
  const concerns = ({ unit: name, waiting = [] }: (typeof all.causes)[number]) =>
    unit === undefined || name === unit || waiting.includes(unit);
  return { ...all, causes: all.causes.filter(concerns) };
}
