import { withDefaults } from '../defaults';
import { discriminatedUnion, oneOf, optional, pattern, schema } from '../validation/schema';

/** The version of Flux that the fleet runs. */
export const fluxVersion = '2.9.4';

/** Flux, installed from its own release: https://fluxcd.io/flux/installation */
export interface FluxComponents {
  readonly type: 'components';
}

/** The controllers that a FluxInstance can have. */
export const fluxControllers = [
  'source-controller',
  'kustomize-controller',
  'helm-controller',
  'notification-controller',
] as const;

/** Properties of a FluxInstance. */
export interface FluxInstanceProps {
  /** The registry and path of the controllers' images. @default 'ghcr.io/fluxcd' */
  readonly registry?: string;
  /** The Secret in flux-system with the registry's credentials. @default - none */
  readonly pullSecret?: string;
  /** The controllers' resources and concurrency. @default - those of Flux's release */
  readonly size?: 'small' | 'medium' | 'large';
}

/** Flux, installed by the Flux Operator: https://fluxcd.control-plane.io/operator/fluxinstance */
export interface FluxInstance extends FluxInstanceProps {
  readonly type: 'instance';
  readonly registry: string;
}

/** How Flux is installed in the clusters. */
export type Flux = FluxComponents | FluxInstance;

/** Flux, installed from its own release. */
export function fluxComponents(): FluxComponents {
  return { type: 'components' };
}

/** The Flux Operator, and one FluxInstance from which it installs Flux. */
export function fluxInstance(props: FluxInstanceProps = {}): FluxInstance {
  return { ...withDefaults({ registry: 'ghcr.io/fluxcd' }, props), type: 'instance' };
}

const registry = pattern(
  /^[a-z0-9][-a-z0-9.]*(:\d+)?(\/[-a-z0-9._]+)*$/,
  'registry',
  'Write it as in `ghcr.io/fluxcd`',
);
const secretName = pattern(
  /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
  'name of a Secret',
  'Use lower-case letters, digits, dashes and dots',
);

export const fluxRule = discriminatedUnion<Flux>(
  {
    components: schema<Omit<FluxComponents, 'type'>>({}),
    instance: schema<Omit<FluxInstance, 'type'>>({
      registry,
      pullSecret: optional(secretName),
      size: optional(oneOf(['small', 'medium', 'large'])),
    }),
  },
  { what: 'a way to install Flux', example: 'fluxComponents()' },
);
