/** A Kubernetes object, as far as it is looked at here. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** `apps/v1` as kustomize has it in a target; the core group has none. */
export function groupVersion(apiVersion: string): { group?: string; version: string } {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : [undefined, apiVersion];
  return { ...(group && { group }), version: version };
}

/** Whether a value is an object with keys: no list, no null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The same value with the keys of every object in it sorted, so that the order in `fleet.ts` is in no file. */
export function sortedKeys<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(sortedKeys) as Value;
  if (!isRecord(value)) return value;
  const entries = Object.keys(value)
    .sort()
    .map((key) => [key, sortedKeys(value[key])]);
  return Object.fromEntries(entries) as Value;
}
