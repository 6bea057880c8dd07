import * as v from '../validation/schema';
import type { FluxModel } from './way';

/** Flux, installed from its own release: https://fluxcd.io/flux/installation */
export interface FluxComponents {
  readonly type: 'components';
}

/** Flux, installed from its own release. */
export function fluxComponents(): FluxComponents {
  return { type: 'components' };
}

export const fluxComponentsModel: FluxModel<FluxComponents> = {
  schema: v.schema<Omit<FluxComponents, 'type'>>({}),
  release: () => 'flux',
};
