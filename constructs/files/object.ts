import { parseAllDocuments } from 'yaml';

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** `apps/v1` in the format of a kustomize target. The core group has no name. */
export function groupVersion(apiVersion: string): { group?: string; version: string } {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : [undefined, apiVersion];
  return { ...(group && { group }), version: version };
}

/** Whether a value is an object with keys: not a list, not null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The same value with the keys of all its objects sorted and those of undefined left out, so that the order in `fleet.ts` does not change any file. */
export function sortedKeys<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(sortedKeys) as Value;
  if (!isRecord(value)) return value;
  const entries = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => [key, sortedKeys(value[key])]);
  return Object.fromEntries(entries) as Value;
}

/** The objects of a list such as `kind: List`, and of the lists in it; any other object alone. */
export function flattened(object: unknown): unknown[] {
  const { kind, items } = isRecord(object) ? object : {};
  if (typeof kind !== 'string' || !kind.endsWith('List') || items === undefined) return [object];
  return Array.isArray(items) ? items.flatMap(flattened) : [];
}

export function documents(text: string): unknown[] {
  return parseAllDocuments(text).map((document) => document.toJS() as unknown);
}
