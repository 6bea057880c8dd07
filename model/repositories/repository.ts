import type { HostPort } from '../clusters/cluster';
import type { Problem } from '../fleet-error';
import { branch, type FleetName } from '../names';
import type { Check } from '../validation/schema';

export interface RepositoryBase {
  readonly type: string;
}

/** Where a fleet's files are in its repository. */
export interface RepositoryLayout {
  /** The branch that Flux reads. */
  readonly branch: string;
  /** The folder that has the fleet's files, without a slash at its ends; empty for the top. */
  readonly folder: string;
  /** Whether each change is pushed to a branch of its own, from which somebody opens a pull request. @default false */
  readonly pullRequest?: boolean;
}

/** The layout of a repository that has nothing but a fleet. */
export const wholeRepository: RepositoryLayout = { branch, folder: '' };

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
  /** Where the fleet's files are in it. @default - at the top of its branch main */
  layout?(repository: R): RepositoryLayout;
}
