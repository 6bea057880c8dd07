import type { BuiltObject } from '../build-check/built';
import type { ClusterSide } from './side';

/** What is compared in a cluster, or in two of one commit. */
export interface ClusterPair {
  /** As the report names it. */
  readonly cluster: string;
  readonly from: ClusterSide;
  readonly to: ClusterSide;
  /** Whether the second follows the first in a cluster, so that a difference does something there. */
  readonly follows: boolean;
}

/** An object beside what it becomes. One of the two is undefined where it is added or removed. */
export interface ObjectPair {
  readonly before?: BuiltObject;
  readonly after?: BuiltObject;
}
