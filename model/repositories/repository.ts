import type { HostPort } from '../clusters/cluster';
import type { Problem } from '../fleet-error';
import type { FleetName } from '../names';
import type { Check } from '../validation/schema';

export interface RepositoryBase {
  readonly type: string;
}

/** What the checks of `fleet.ts` ask of a type of repositories. */
export interface RepositoryModel<R extends RepositoryBase = RepositoryBase> {
  readonly schema: Check;
  /** The ports of this machine that the repository uses. Its properties may be invalid. */
  hostPorts(repository: R, fleet: FleetName): readonly HostPort[];
  /**
   * What it lacks for clusters that are outside of this machine's Docker network. Its properties may be invalid.
   * @default - nothing: they reach it
   */
  lackElsewhere?(repository: R): Pick<Problem, 'problem' | 'next'> | undefined;
}
