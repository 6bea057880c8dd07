import { relative } from 'node:path';

import type { Reporter, Vitest } from 'vitest/node';

interface CoverageMap {
  files(): string[];
  fileCoverageFor(file: string): { getLineCoverage(): Record<string, number> };
}

/** Prints, after a run with `--coverage`, how many lines of each folder the tests have run. */
export default class CoverageTable implements Reporter {
  private root = '';

  onInit({ config }: Vitest): void {
    this.root = config.root;
  }

  onCoverage(coverage: unknown): void {
    const map = coverage as CoverageMap;
    const folders = new Map<string, { all: number; run: number }>();
    for (const file of map.files()) {
      const folder = relative(this.root, file).split('/')[0]!;
      const hits = Object.values(map.fileCoverageFor(file).getLineCoverage());
      const { all, run } = folders.get(folder) ?? { all: 0, run: 0 };
      folders.set(folder, { all: all + hits.length, run: run + hits.filter((count) => count > 0).length });
    }
    console.log('\nLines that the tests have run, by folder:');
    for (const [folder, { all, run }] of [...folders].sort(([left], [right]) => (left < right ? -1 : 1))) {
      console.log(`  ${`${folder}/`.padEnd(12)} ${((100 * run) / all).toFixed(1).padStart(5)} %  (${run} of ${all})`);
    }
  }
}
