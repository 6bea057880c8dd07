import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { render, writeFiles } from '../constructs/synth';
import { hostCommands } from '../lab/commands';
import { findCommand } from '../machine/files';
import { defineFleet, type Fleet, gitChart, helmApp, kind, webApp } from '../model';
import { refuseUnbuildable } from '../operate/build-check';
import { diffTrees } from '../operate/diff';
import { RepositoryCopy } from '../operate/repository';

/**
 * What it costs to compare 1,000 objects in 10 clusters, all of whose apps get another image: 33 apps of three objects, and a
 * release of the chart in Git. It is to take at most 5 s. `x` is by how much it takes longer than to build one side alone.
 */
async function main(): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'bench-diff-'));
  const [kustomize, helm] = [command('kustomize'), command('helm')];
  const copy = new RepositoryCopy(join(root, 'copy.git'), { url: join(root, 'none'), environment: {} });
  // It makes the copy before it finds no server.
  await copy.fetch().catch(() => undefined);
  const [before, after] = [fleetOf('6.9.2'), fleetOf('6.9.3')];
  const trees: string[] = [];
  for (const [name, fleet] of Object.entries({ before, after })) {
    mkdirSync(join(root, name));
    writeFiles(render(fleet), join(root, name));
    trees.push(await copy.writeTree(join(root, name)));
  }
  const props = {
    ...{ fleet: after, copy, kustomize, helm, wanted: {}, noise: false, notices: [] },
    decrypt: () => Promise.reject(new Error('no secrets')),
  };
  const [from, to] = trees.map((tree) => ({ label: { name: tree }, tree }));
  const compare = () => diffTrees(props, from!, { ...to!, folder: join(root, 'after') });
  const builds = () => refuseUnbuildable({ fleet: after, manifests: join(root, 'after'), kustomize, helm });
  const [built, diff] = [await best(builds), await best(compare)];
  const { objects, clusters } = await compare();
  console.log(`objects ${33 * 10 * 3 + 10}, clusters ${clusters.length}, changes shown ${objects.length}`);
  console.log(`build check of one side ${built.toFixed(2)} s`);
  console.log(`diff ${diff.toFixed(2)} s, x ${(diff / built).toFixed(1)}`);
  rmSync(root, { recursive: true });
}

/** The shortest of three runs, in seconds. */
async function best(work: () => Promise<unknown>): Promise<number> {
  let shortest = Infinity;
  for (let run = 0; run < 3; run++) {
    const start = performance.now();
    await work();
    shortest = Math.min(shortest, (performance.now() - start) / 1000);
  }
  return shortest;
}

function command(name: string): string {
  const found = findCommand(name) ?? findCommand(name, hostCommands);
  if (found) return found;
  throw new Error(`no ${name}: \`npm run fleet -- provide\` gets it`);
}

function fleetOf(tag: string): Fleet {
  const app = webApp({ image: 'ghcr.io/stefanprodan/podinfo', tag, port: 9898 });
  const names = Array.from({ length: 33 }, (_, n) => `app-${n}`);
  const chart = helmApp({ chart: gitChart('charts/podinfo'), values: { tag } });
  const running = { ...Object.fromEntries(names.map((name) => [name, { replicas: 2 }])), chart: {} };
  const clusters = Array.from({ length: 10 }, (_, n) => `cluster-${n}`);
  return defineFleet({
    clusters: Object.fromEntries(clusters.map((name) => [name, kind()])),
    apps: { ...Object.fromEntries(names.map((name) => [name, app])), chart },
    runs: Object.fromEntries(clusters.map((name) => [name, running])),
  });
}

void main();
