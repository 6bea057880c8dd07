import { setTimeout as sleep } from 'node:timers/promises';

import { execa } from 'execa';

import { kubeconfigPath } from '../cli/environment';
import { loadFleet } from '../cli/fleet-file';
import { repositoryCopy } from '../cli/repository';
import { alertLogContainer, branch, gitServerContainer } from '../model';
import { stillMissing } from '../operate/applied';
import { ClusterClient } from '../operate/cluster-client';
import { publishedUnits } from '../operate/published-units';
import type { RepositoryCopy } from '../operate/repository';

const rounds = 20;
/** What is changed: an object whose change starts no pod. */
const file = 'apps/app-a/base/service.yaml';
const hook = '/etc/git-hooks/post-receive';

/**
 * How long it takes from a push to every cluster having applied it, all being ready: through the git server's hook, and
 * without it, where Flux finds the commit by its own poll (every 50 s). The fleet must be up, and is as before
 * afterwards.
 */
async function main(): Promise<void> {
  const fleet = loadFleet();
  const copy = repositoryCopy(fleet);
  const server = gitServerContainer(fleet);
  const clients = Object.keys(fleet.clusters).map((name) => new ClusterClient(name, kubeconfigPath(name)));
  const measure = async (times: number) => {
    const all: number[] = [];
    for (let round = 0; round < times; round++) all.push(await pushAndWait(copy, clients, String(round)));
    return all;
  };
  report(`through the hook, ${rounds} pushes`, await measure(rounds));
  await setHook(server, 'a-x');
  try {
    report('without it, 3 pushes', await measure(3));
  } finally {
    await setHook(server, 'a+x');
  }
  await pushAndWait(copy, clients, undefined);
  console.log(`(${alertLogContainer(fleet)} and the rest of the fleet are as before)`);
}

/** The seconds from a push to every cluster being just what it says. */
async function pushAndWait(copy: RepositoryCopy, clients: readonly ClusterClient[], mark?: string): Promise<number> {
  const commit = await commitMark(copy, mark);
  const unitsAt = publishedUnits(copy, commit);
  const start = performance.now();
  await copy.push(commit);
  await Promise.all(
    clients.map(async (client) => {
      while ((await stillMissing(client, unitsAt)).length > 0) await sleep(20);
    }),
  );
  return (performance.now() - start) / 1000;
}

/** A commit on the tip in which the file bears the mark as an annotation; without a mark, none. */
async function commitMark(copy: RepositoryCopy, mark?: string): Promise<string> {
  const tip = await copy.fetch();
  const text = (await copy.git(['show', `${tip}:${file}`])).replace(/\n {2}annotations:\n {4}bench: .*/, '');
  const annotated = mark ? text.replace(/^metadata:/m, `$&\n  annotations:\n    bench: '${mark}'`) : text;
  const blob = await copy.git(['hash-object', '-w', '--stdin'], { input: `${annotated}\n` });
  const env = {
    GIT_INDEX_FILE: 'bench.index',
    ...Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap((who) => [
        [`GIT_${who}_NAME`, 'bench'],
        [`GIT_${who}_EMAIL`, 'bench@localhost'],
      ]),
    ),
  };
  await copy.git(['read-tree', tip!], { env });
  await copy.git(['update-index', '--cacheinfo', `100644,${blob},${file}`], { env });
  const tree = await copy.git(['write-tree'], { env });
  return copy.git(['commit-tree', tree, '-p', tip!, '-m', `Measure a push to ${branch}`], { env });
}

async function setHook(server: string, mode: string): Promise<void> {
  await execa('docker', ['exec', '--user', '0', server, 'chmod', mode, hook]);
}

function report(what: string, seconds: readonly number[]): void {
  const sorted = [...seconds].sort((a, b) => a - b);
  const show = (value: number) => `${value.toFixed(2)} s`;
  const median = sorted[Math.floor(sorted.length / 2)]!;
  console.log(`${what}: median ${show(median)}, least ${show(sorted[0]!)}, most ${show(sorted.at(-1)!)}`);
}

void main();
