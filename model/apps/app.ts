import type { Problem } from '../fleet-error';
import type { Check } from '../validation/schema';
import type { UnknownRecord } from '../validation/values';
import type { AppVersion } from '../versions';

/** Something that only one app of a cluster can use. */
export interface Claim {
  /** For messages: `node port 30080`. */
  readonly what: string;
  /** The property that claims it. */
  readonly key: string;
  /** Whether it is the cluster's property that claims it, and not the app's. */
  readonly overridden: boolean;
}

/**
 * What the checks of `fleet.ts` know about one kind of app. Checks and claims are asked before it is known whether the properties
 * have the right types, so that one message names every mistake.
 */
export interface AppModel<App = never, Overlay = never> {
  readonly schema: Check;
  /** The properties that a cluster can override. */
  readonly overlaySchema: Check;
  /** What is wrong with an app whose properties are valid one by one; `place` is the app's. */
  check?(place: string, app: UnknownRecord): Iterable<Problem>;
  /** What is wrong with what a cluster overrides; `place` is that of the overrides. */
  checkOverlay?(place: string, app: UnknownRecord, overlay: UnknownRecord): Iterable<Problem>;
  /** The node ports, host names and the like that an app uses in a cluster. */
  claims?(app: UnknownRecord, overlay: UnknownRecord): Iterable<Claim>;
  /** The container images of an app in a cluster, as far as the model knows them. */
  images?(app: App, overlay: Overlay): readonly string[];
  /** The version of an app in a cluster; undefined where it is the same in every cluster. @default - it is */
  version?(app: App, overlay: Overlay): AppVersion | undefined;
}
