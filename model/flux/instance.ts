import { withDefaults } from '../defaults';
import * as v from '../validation/schema';
import type { FluxModel } from './way';

export interface FluxInstanceProps {
  /** The registry and path of the controllers' images. @default 'ghcr.io/fluxcd' */
  readonly registry?: string;
  /** The Secret in Flux's namespace with the registry's credentials. @default - none */
  readonly pullSecret?: string;
  /** The controllers' resources and concurrency. @default - those of Flux's release */
  readonly size?: 'small' | 'medium' | 'large';
}

/** Flux, installed by the Flux Operator: https://fluxcd.control-plane.io/operator/fluxinstance */
export interface FluxInstance extends FluxInstanceProps {
  readonly type: 'instance';
  readonly registry: string;
}

/** The Flux Operator, and one FluxInstance from which it installs Flux. */
export function fluxInstance(props: FluxInstanceProps = {}): FluxInstance {
  return { ...withDefaults({ registry: 'ghcr.io/fluxcd' }, props), type: 'instance' };
}

export const fluxInstanceModel: FluxModel<FluxInstance> = {
  schema: v.schema<Omit<FluxInstance, 'type'>>({
    registry: v.pattern(/^[a-z0-9][-a-z0-9.]*(:\d+)?(\/[-a-z0-9._]+)*$/, 'registry', 'Write it as in `ghcr.io/fluxcd`'),
    pullSecret: v.optional(
      v.pattern(
        /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
        'name of a Secret',
        'Use lower-case letters, digits, dashes and dots',
      ),
    ),
    size: v.optional(v.oneOf(['small', 'medium', 'large'])),
  }),
  release: () => 'flux-operator',
};
