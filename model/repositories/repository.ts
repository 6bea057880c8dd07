import type { HostPort } from '../clusters/cluster';
import type { Check } from '../validation/schema';

/** What repositories of every type have. */
export interface RepositoryBase {
  readonly type: string;
}

/** What the checks of `fleet.ts` ask of a type of repositories. */
export interface RepositoryModel<R extends RepositoryBase = RepositoryBase> {
  readonly schema: Check;
  /** The ports of this machine that the repository takes. It may not be checked yet: its parts can be anything. */
  hostPorts(repository: R): readonly HostPort[];
}
