import type { App, Overlay, Platform } from '../../model';
import type { FluxKustomizationProps } from '../flux/flux-kustomization';
import type { BaseChanges } from '../patches/overlay';
import type { SynthContext } from '../synth-context';
import type { Base } from './base';

export interface AppContext<A = App> extends SynthContext {
  readonly name: string;
  readonly app: A;
}

export interface AppInCluster<A = App, O = Overlay> extends AppContext<A> {
  readonly base: Base;
  readonly overlay: O;
  readonly platform: Platform;
  /** The place of the overrides in `fleet.ts`: `runs.prod.app-a`. */
  readonly place: string;
  /** A hash of the encrypted secrets. @default - the app has no secrets */
  readonly secretHash?: string;
}

/** How an app is applied, and when it is ready. */
export type Readiness = Pick<FluxKustomizationProps, 'timeout' | 'health' | 'force' | 'postBuild'>;

export interface AppRenderer<A = App, O = Overlay> {
  /**
   * The objects that are the same in every cluster.
   *
   * @throws FleetError for each mistake in the files that the app names.
   */
  base(context: AppContext<A>): Base;
  /**
   * What differs from the base in one cluster, patches and secrets excepted: those are the same for every kind.
   *
   * @throws FleetError for each override that cannot be rendered.
   */
  changes(app: AppInCluster<A, O>): BaseChanges;
  readiness(app: A, overlay: O): Readiness;
}
