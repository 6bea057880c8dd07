import { withDefaults } from '../defaults';

/** The version of Flux that the fleet runs. */
export const fluxVersion = '2.9.4';

/** Flux as its own release installs it: https://fluxcd.io/flux/installation */
export interface FluxComponents {
  readonly type: 'components';
}

/** The controllers that a FluxInstance may have. */
export const fluxControllers = [
  'source-controller',
  'kustomize-controller',
  'helm-controller',
  'notification-controller',
] as const;

/** What may be said of a FluxInstance. */
export interface FluxInstanceProps {
  /** Where the controllers' images are. @default 'ghcr.io/fluxcd' */
  readonly registry?: string;
  /** The Secret in flux-system by which they are pulled. @default - none */
  readonly pullSecret?: string;
  /** How much the controllers may use and do side by side. @default - as Flux's release has it */
  readonly size?: 'small' | 'medium' | 'large';
}

/** Flux as its operator installs it: https://fluxcd.control-plane.io/operator/fluxinstance */
export interface FluxInstance extends FluxInstanceProps {
  readonly type: 'instance';
  readonly registry: string;
}

/** Every way in which a cluster can have Flux. */
export type Flux = FluxComponents | FluxInstance;

/** Flux as its own release installs it. */
export function fluxComponents(): FluxComponents {
  return { type: 'components' };
}

/** The Flux Operator, and one FluxInstance by which it installs Flux. */
export function fluxInstance(props: FluxInstanceProps = {}): FluxInstance {
  return { ...withDefaults({ registry: 'ghcr.io/fluxcd' }, props), type: 'instance' };
}
