import type { ResourceQuantities } from './web-app';

const suffixes: Readonly<Record<string, number>> = {
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/**
 * How each resource is written. It is narrower than Kubernetes's own grammar, which takes `64m` of
 * memory for 0.064 bytes.
 *
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity
 */
export const quantityPatterns: { readonly [R in keyof Required<ResourceQuantities>]: RegExp } = {
  cpu: /^(\d+m|\d+(\.\d{1,3})?)$/,
  memory: /^(\d+|\d+(\.\d+)?(k|M|G|T|Ki|Mi|Gi|Ti))$/,
};

/** A well-formed quantity as a number: of CPUs, or of bytes. NaN when it is none. */
export function amount(quantity: string): number {
  const [, digits, suffix] = /^([\d.]+)([A-Za-z]*)$/.exec(quantity) ?? [];
  return Number(digits) * (suffixes[suffix ?? ''] ?? NaN);
}
