import type { Check } from '../validation/schema';

/** The version of Flux that the fleet runs. */
export const fluxVersion = '2.9.4';

/** The first version of Kubernetes on which that version of Flux runs, as `flux check` demands it. */
export const fluxKubernetesVersion = '1.33';

/** What is known of a way to install Flux. */
export interface FluxModel<F extends { readonly type: string } = { readonly type: string }> {
  readonly schema: Check;
  /** The release whose manifest is installed: Flux's own, or the Flux Operator's. */
  release(flux: F): 'flux' | 'flux-operator';
  /** The names of further sets of controllers. Its properties may be invalid. @default - there is one set */
  shards?(flux: F): readonly string[];
}
