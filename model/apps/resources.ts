import type { Problem } from '../fleet-error';
import * as v from '../validation/schema';
import { asRecord, at, toText, type UnknownRecord } from '../validation/values';

/** Compute resources by name, as Kubernetes quantities: `{ cpu: '50m', memory: '64Mi' }`. */
export interface ResourceQuantities {
  readonly cpu?: string;
  readonly memory?: string;
}

/** https://kubernetes.io/docs/concepts/configuration/manage-resources-containers */
export interface Resources {
  readonly requests?: ResourceQuantities;
  readonly limits?: ResourceQuantities;
}

/**
 * Narrower than Kubernetes's own grammar, which accepts `64m` of memory for 0.064 bytes.
 *
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity
 */
const quantities = v.schema<ResourceQuantities>({
  cpu: v.optional(v.pattern(/^(\d+m|\d+(\.\d{1,3})?)$/, 'CPU quantity', "Write it as in `'50m'` or `'0.5'`")),
  memory: v.optional(
    v.pattern(/^(\d+|\d+(\.\d+)?(k|M|G|T|Ki|Mi|Gi|Ti))$/, 'memory quantity', "Write it as in `'64Mi'`"),
  ),
});

export const resourcesSchema = v.schema<Resources>({
  requests: v.optional(quantities),
  limits: v.optional(quantities),
});

/** A request that is higher than its limit, once a cluster's quantities have replaced the app's. */
export function* requestsOverLimits(place: string, app: UnknownRecord, overlay: UnknownRecord): Iterable<Problem> {
  const [own, changed] = [asRecord(app['resources']), asRecord(overlay['resources'])];
  for (const resource of ['cpu', 'memory']) {
    const quantity = (of: string) => toText(asRecord(changed[of])[resource] ?? asRecord(own[of])[resource]);
    const [request, limit] = [quantity('requests'), quantity('limits')];
    if (!(amount(request) > amount(limit))) continue;
    yield {
      place: at(place, 'resources'),
      problem: `the ${resource} request \`${request}\` is higher than the limit \`${limit}\``,
      next: 'Raise the limit, or lower the request',
    };
  }
}

const decimal: Readonly<Record<string, number>> = { m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12 };
const suffixes: typeof decimal = { ...decimal, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };

/** A valid quantity as a number: of CPUs, or of bytes. NaN for an invalid one. */
function amount(quantity: string): number {
  const [, digits, suffix] = /^([\d.]+)([A-Za-z]*)$/.exec(quantity) ?? [];
  return Number(digits) * (suffixes[suffix ?? ''] ?? NaN);
}
