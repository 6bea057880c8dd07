import { withDefaults } from '../defaults';
import { shape, text, words } from '../validation/schema';
import type { FluxModel } from './way';

/** The controllers that a FluxInstance may have. */
export const fluxControllers = [
  'source-controller',
  'kustomize-controller',
  'helm-controller',
  'notification-controller',
] as const;

/** Properties of a FluxInstance. */
export interface FluxInstanceProps {
  /** Where the controllers' images are. @default 'ghcr.io/fluxcd' */
  readonly registry?: string;
  /** The Secret in the namespace of Flux by which they are pulled. @default - none */
  readonly pullSecret?: string;
  /** The controllers' resources and concurrency. @default - as Flux's release has it */
  readonly size?: 'small' | 'medium' | 'large';
}

/** Flux as its operator installs it: https://fluxcd.control-plane.io/operator/fluxinstance */
export interface FluxInstance extends FluxInstanceProps {
  readonly type: 'instance';
  readonly registry: string;
}

/** The Flux Operator, and one FluxInstance by which it installs Flux. */
export function fluxInstance(props: FluxInstanceProps = {}): FluxInstance {
  return { ...withDefaults({ registry: 'ghcr.io/fluxcd' }, props), type: 'instance' };
}

export const fluxInstanceModel: FluxModel<FluxInstance> = {
  schema: shape({
    required: {
      type: words,
      registry: text(/^[a-z0-9][-a-z0-9.]*(:\d+)?(\/[-a-z0-9._]+)*$/, 'a registry', 'Write it as `ghcr.io/fluxcd`'),
    },
    optional: {
      pullSecret: text(
        /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
        "a Secret's name",
        'Use lower-case letters, digits, dashes and dots',
      ),
      size: text(/^(small|medium|large)$/, 'a size', 'Use `small`, `medium` or `large`'),
    },
  }),
  release: () => 'flux-operator',
};
