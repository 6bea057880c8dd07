import type { Fleet, GitChart } from '../model';
import { type ChartFolder, readChart } from './apps/helm/chart-folder';

/** The charts of a fleet in its Git, each read once. */
export class Charts {
  private readonly read = new Map<string, ChartFolder>();

  constructor(private readonly root: string) {}

  /** @throws FleetError where the folder is no chart. */
  get(chart: GitChart): ChartFolder {
    const known = this.read.get(chart.path) ?? readChart(this.root, chart);
    this.read.set(chart.path, known);
    return known;
  }

  /** Every chart that was read, by its path in the repository. */
  all(): Iterable<[string, ChartFolder]> {
    return this.read;
  }
}

/** A fleet, the folder of its `fleet.ts`, and what was read there. */
export interface Site {
  readonly fleet: Fleet;
  readonly root: string;
  readonly charts: Charts;
}
