import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';

import { synthesise } from '../constructs/synth';
import { hostCommands } from '../lab/commands';
import { findCommand } from '../machine/files';
import { defineFleet, type Fleet, gitChart, helmApp, kind, webApp } from '../model';
import { refuseUnbuildable } from '../operate/build-check';

/**
 * What it costs to build 1,000 objects before they are published: 10 clusters, each with 33 apps of three objects, and a
 * release of the chart in Git. It is to take at most 5 s. `x` is by how much one process of kustomize for each overlay, as
 * `flux build` and a loop in a shell have it, takes longer.
 */
async function main(): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'bench-build-'));
  const manifests = join(root, 'manifests');
  const [kustomize, helm] = [command('kustomize'), command('helm')];
  const fleet = fleetOf(33, 10);
  synthesise(fleet, manifests);
  const check = () => refuseUnbuildable({ fleet, manifests, kustomize, helm });
  const times: number[] = [];
  for (let run = 0; run < 3; run++) times.push(await timed(check));
  const alone = await timed(async () => {
    const folders = Object.keys(fleet.clusters).flatMap((cluster) =>
      Object.keys(fleet.apps).map((app) => join(manifests, 'apps', app, 'overlays', cluster)),
    );
    for (const folder of folders) await execa(kustomize, ['build', folder]);
  });
  const best = Math.min(...times);
  console.log(`objects ${33 * 10 * 3 + 10}, clusters 10`);
  console.log(`check ${best.toFixed(2)} s (${times.map((time) => time.toFixed(2)).join(', ')})`);
  console.log(`one process an overlay ${alone.toFixed(2)} s, x ${(alone / best).toFixed(1)}`);
  rmSync(root, { recursive: true });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function command(name: string): string {
  const found = findCommand(name) ?? findCommand(name, hostCommands);
  if (found) return found;
  throw new Error(`no ${name}: \`npm run fleet -- provide\` gets it`);
}

function fleetOf(apps: number, clusters: number): Fleet {
  const app = webApp({ image: 'ghcr.io/stefanprodan/podinfo', tag: '6.9.2', port: 9898 });
  const names = Array.from({ length: apps }, (_, n) => `app-${n}`);
  const releases = { chart: helmApp({ chart: gitChart('charts/podinfo') }) };
  const running = { ...Object.fromEntries(names.map((name) => [name, { replicas: 2 }])), chart: {} };
  const clusterNames = Array.from({ length: clusters }, (_, n) => `cluster-${n}`);
  return defineFleet({
    clusters: Object.fromEntries(clusterNames.map((name) => [name, kind()])),
    apps: { ...Object.fromEntries(names.map((name) => [name, app])), ...releases },
    runs: Object.fromEntries(clusterNames.map((name) => [name, running])),
  });
}

void main();
