import type { Fleet, GitChart } from '../model';
import { type ChartFolder, readChart } from './apps/helm/chart-folder';

/** The charts in the fleet's Git repository, each read once. */
export class Charts {
  private readonly folders = new Map<string, ChartFolder>();

  constructor(private readonly root: string) {}

  /** @throws FleetError if the folder is not a chart. */
  get(chart: GitChart): ChartFolder {
    const folder = this.folders.get(chart.path) ?? readChart(this.root, chart);
    this.folders.set(chart.path, folder);
    return folder;
  }

  all(): Iterable<[string, ChartFolder]> {
    return this.folders;
  }
}

/** What is rendered: a fleet, the folder of its `fleet.ts`, and the charts in that folder. */
export interface SynthContext {
  readonly fleet: Fleet;
  readonly root: string;
  readonly charts: Charts;
}
