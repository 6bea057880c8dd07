import { setTimeout as sleep } from 'node:timers/promises';

import { execa } from 'execa';

import { kubeconfigPath, useEnvironment } from '../cli/environment';
import { loadFleet } from '../cli/fleet-file';
import { provided } from '../cli/provide';
import { repositoryCopy } from '../cli/repository-copy';
import { branch, fluxRoot, gitServerContainer } from '../model';
import { stillMissing, type UnitsAt } from '../operate/applied';
import { ClusterClient } from '../operate/cluster-client';
import { publishedUnits } from '../operate/published-units';
import type { RepositoryCopy } from '../operate/repository';

const rounds = 10;
/** What is changed: an object whose change starts no pod. */
const file = 'apps/app-a/base/service.yaml';
const hook = '/etc/git-hooks/post-receive';

/**
 * How long it takes from a push to every cluster having applied it, all being ready, in turn: as `fleet push` waits for it,
 * told by the git server's hook; and by hand, without the hook, by Flux's own command in each cluster, side by side. Then
 * without either, where Flux finds the commit by its own poll (every 50 s). The fleet must be up, and is as before
 * afterwards.
 */
async function main(): Promise<void> {
  const fleet = loadFleet();
  await useEnvironment(fleet, await provided());
  const copy = repositoryCopy(fleet);
  const server = gitServerContainer(fleet);
  const clients = Object.keys(fleet.clusters).map((name) => new ClusterClient(name, kubeconfigPath(name)));
  const waitForAll = async (unitsAt: UnitsAt) => {
    const untilApplied = async (client: ClusterClient) => {
      while ((await stillMissing(client, unitsAt)).length > 0) await sleep(20);
    };
    await Promise.all(clients.map(untilApplied));
  };
  const byHand = async () => void (await Promise.all(clients.map(({ name }) => reconcile(kubeconfigPath(name)))));
  const times: Record<'ours' | 'hand' | 'polled', number[]> = { ours: [], hand: [], polled: [] };
  try {
    for (let round = 0; round < rounds; round++) {
      await setHook(server, 'a+x');
      times.ours.push(await pushAndWait(copy, waitForAll, `ours ${round}`));
      await setHook(server, 'a-x');
      times.hand.push(await pushAndWait(copy, byHand, `by hand ${round}`));
    }
    for (let round = 0; round < 3; round++) times.polled.push(await pushAndWait(copy, waitForAll, `polled ${round}`));
  } finally {
    await setHook(server, 'a+x');
  }
  await pushAndWait(copy, waitForAll);
  report(`as fleet push waits, ${rounds} pushes`, times.ours);
  report(`by hand, ${rounds} pushes`, times.hand);
  report('by poll, 3 pushes', times.polled);
  console.log(`ours takes ${(median(times.ours) / median(times.hand)).toFixed(2)} × the time by hand (medians)`);
}

/** As a person does it: the root first, on which the app depends. */
async function reconcile(kubeconfig: string): Promise<void> {
  const flux = (...args: string[]) =>
    execa('flux', ['reconcile', 'kustomization', ...args, '--kubeconfig', kubeconfig]);
  await flux(fluxRoot, '--with-source');
  await flux('app-a');
}

/** The seconds from a push to the end of the wait for it. */
async function pushAndWait(
  copy: RepositoryCopy,
  wait: (unitsAt: UnitsAt) => Promise<void>,
  mark?: string,
): Promise<number> {
  const commit = await commitMark(copy, mark);
  const unitsAt = publishedUnits(copy, commit);
  const start = performance.now();
  await copy.push(commit);
  await wait(unitsAt);
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
  const show = (value: number) => `${value.toFixed(2)} s`;
  const [least, most] = [Math.min(...seconds), Math.max(...seconds)];
  console.log(`${what}: median ${show(median(seconds))}, least ${show(least)}, most ${show(most)}`);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

void main();
