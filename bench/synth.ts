import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { render, synthesise, writeFiles } from '../constructs/synth';
import { defineFleet, type Fleet, kind, webApp, type WebAppOverlay } from '../model';

/** What a synthesis costs, in milliseconds. */
interface Cost {
  readonly files: number;
  /** From the model to the text of every file: the best of three runs, as the least disturbed. */
  readonly render: number;
  /** The same, and every file on disk, in place of what was there: the best of three runs. */
  readonly synth: number;
  /** The plain writing of the same files into an empty folder: the best of three runs, in turn with the synthesis. */
  readonly writing: number;
}

/**
 * What a synthesis costs as a fleet grows: 10, 100 and 1,000 apps over 10 clusters, each app in one
 * of them, then in all. The cost should grow in line with the files: `x` is by how much the row is
 * more than the row before. `ratio` is the synthesis to the plain writing of the same files.
 */
function main(): void {
  const parent = mkdtempSync(join(tmpdir(), 'bench-synth-'));
  cost(fleetOf(100, 1), join(parent, 'warm'));
  print([
    'apps',
    'clusters',
    'files',
    'x',
    'render ms',
    'x',
    'ms/file',
    'synth ms',
    'x',
    'ms/file',
    'write ms',
    'ratio',
  ]);
  for (const copies of [1, 10]) {
    let before: Cost | undefined;
    for (const apps of [10, 100, 1000]) {
      const now = cost(fleetOf(apps, copies), join(parent, `${apps}-${copies}`));
      const times = (key: keyof Cost) => (before ? (now[key] / before[key]).toFixed(1) : '');
      const shown = (key: 'render' | 'synth') => [now[key].toFixed(0), times(key), (now[key] / now.files).toFixed(3)];
      const beside = [now.writing.toFixed(0), (now.synth / now.writing).toFixed(1)];
      print([apps, copies, now.files, times('files'), ...shown('render'), ...shown('synth'), ...beside]);
      before = now;
    }
  }
  rmSync(parent, { recursive: true });
}

function cost(fleet: Fleet, outdir: string): Cost {
  const renders = Array.from({ length: 3 }, () => timed(() => render(fleet)));
  const files = render(fleet);
  const plain = `${outdir}-plain`;
  const writings: number[] = [];
  const syntheses: number[] = [];
  for (let run = 0; run < 3; run++) {
    rmSync(plain, { recursive: true, force: true });
    writings.push(timed(() => writeFiles(files, plain)));
    syntheses.push(timed(() => synthesise(fleet, outdir)));
  }
  const best = (times: readonly number[]) => Math.min(...times);
  return { files: files.size, render: best(renders), synth: best(syntheses), writing: best(writings) };
}

function timed(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

/** Each app runs in `copies` of the ten clusters, and differs in every one. */
function fleetOf(apps: number, copies: number): Fleet {
  const names = Array.from({ length: apps }, (_, n) => `app-${n}`);
  const clusters = Array.from({ length: 10 }, (_, n) => `cluster-${n}`);
  const app = webApp({
    image: 'ghcr.io/stefanprodan/podinfo',
    tag: '6.9.2',
    port: 9898,
    env: { PODINFO_UI_COLOR: '#2e8b57' },
  });
  const overlay = { replicas: 2, tag: '6.9.3', env: { PODINFO_UI_MESSAGE: 'hello' } };
  const runs = clusters.map((cluster, c) => {
    const here = names.filter((_, a) => (a - c + clusters.length * apps) % clusters.length < copies);
    return [cluster, Object.fromEntries(here.map((name) => [name, overlay]))];
  });
  return defineFleet({
    clusters: Object.fromEntries(clusters.map((cluster) => [cluster, kind()])),
    apps: Object.fromEntries(names.map((name) => [name, app])),
    runs: Object.fromEntries(runs) as Record<string, Record<string, WebAppOverlay>>,
  });
}

function print(cells: readonly (string | number)[]): void {
  console.log(cells.map((cell) => String(cell).padStart(10)).join(''));
}

main();
