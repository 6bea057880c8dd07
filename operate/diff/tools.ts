import type { Fleet } from '../../model';

/** What both sides are built by. */
export interface DiffTools {
  readonly fleet: Fleet;
  /** The paths of the commands. */
  readonly kustomize: string;
  readonly helm: string;
}
