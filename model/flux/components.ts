import { shape, words } from '../validation/schema';
import type { FluxModel } from './way';

/** Flux as its own release installs it: https://fluxcd.io/flux/installation */
export interface FluxComponents {
  readonly type: 'components';
}

/** Flux as its own release installs it. */
export function fluxComponents(): FluxComponents {
  return { type: 'components' };
}

export const fluxComponentsModel: FluxModel<FluxComponents> = {
  schema: shape({ required: { type: words } }),
  release: () => 'flux',
};
