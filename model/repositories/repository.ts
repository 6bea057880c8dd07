import type { HostPort } from '../clusters/cluster';
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
}
