import type { Problem } from '../fleet-error';
import { requestsOverLimits, type Resources, resourcesSchema } from '../apps/resources';
import * as v from '../validation/schema';
import { asRecord } from '../validation/values';

/** Flux's controllers. */
export const fluxControllers = [
  'source-controller',
  'kustomize-controller',
  'helm-controller',
  'notification-controller',
] as const;

export interface ControllerProps {
  /** How many objects it works on at a time. @default - Flux's own: 2 of source-controller, 4 of the others */
  readonly concurrent?: number;
  /**
   * What it requests, and its limits. Each quantity that is left out is Flux's own: it requests at most `100m` and `64Mi`, and
   * its limits are `1` and `1Gi`.
   * @default - Flux's own
   */
  readonly resources?: Resources;
}

/**
 * What differs from Flux's own settings in a cluster, by controller:
 * https://fluxcd.io/flux/installation/configuration/vertical-scaling
 */
export type Controllers = { readonly [Name in (typeof fluxControllers)[number]]?: ControllerProps };

const controller = v.schema<ControllerProps>({
  concurrent: v.optional(v.integer([1, 1000], 'number of objects')),
  resources: v.optional(resourcesSchema),
});

const defaults = { resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '1', memory: '1Gi' } } };

function* checked(place: string, value: unknown): Iterable<Problem> {
  yield* controller(place, value);
  yield* requestsOverLimits(place, defaults, asRecord(value));
}

const names = v.schema<Controllers>({
  'source-controller': v.optional(checked),
  'kustomize-controller': v.optional(checked),
  'helm-controller': v.optional(checked),
  'notification-controller': v.optional(checked),
});

export const controllersRule: v.Rule<Controllers> = (place, value) => names(place, value);
