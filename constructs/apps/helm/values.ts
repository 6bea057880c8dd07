import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '../../files/object';

type Values = Readonly<Record<string, unknown>>;

/** Values with a cluster's changes, as Helm merges them: maps are merged, and all else is replaced, also by null. */
export function mergedValues(before: Values, changed: Values = {}): Values {
  const entries = Object.entries(changed).map(([key, value]) => {
    const was = own(before, key);
    return [key, isRecord(value) ? mergedValues(isRecord(was) ? was : {}, value) : value];
  });
  return { ...before, ...(Object.fromEntries(entries) as Values) };
}

/** Values without nulls, and without the lists that have one. */
export function withoutNulls(values: Values): Values {
  const kept = Object.entries(values).filter(([, value]) => !hasNull(value));
  return Object.fromEntries(kept.map(([key, value]) => [key, isRecord(value) ? withoutNulls(value) : value]));
}

/** Those of the values that are without in {@link withoutNulls}; undefined if there is none. */
export function onlyNulls(values: Values): Values | undefined {
  const entries = Object.entries(values).map(([key, value]) => [key, isRecord(value) ? onlyNulls(value) : value]);
  const nulls = entries.filter(([, value]) => hasNull(value) || isRecord(value));
  return nulls.length > 0 ? (Object.fromEntries(nulls) as Values) : undefined;
}

/** Text that looks like null in a list makes no difference: it is null's way that it goes. */
function hasNull(value: unknown): boolean {
  return value === null || (Array.isArray(value) && /[[,:]null[,\]}]/.test(JSON.stringify(value)));
}

/**
 * The patch by which kustomize makes values out of others; undefined if they are equal. Where a map, a list and a scalar
 * take each other's place, which kustomize cannot merge, the map that has them is replaced.
 */
export function valuesPatch(before: Values, after: Values): Values | undefined {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changes = keys
    .map((key) => ({ key, was: own(before, key), is: own(after, key) }))
    .filter(({ was, is }) => !isDeepStrictEqual(was, is));
  if (changes.some(({ was, is }) => was !== undefined && is !== undefined && shape(was) !== shape(is)))
    return { $patch: 'replace', ...after };
  const entries = changes.map(({ key, was, is }) => {
    return [key, isRecord(was) && isRecord(is) ? valuesPatch(was, is) : (is ?? null)];
  });
  return entries.length > 0 ? (Object.fromEntries(entries) as Values) : undefined;
}

function own(values: Values, key: string): unknown {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}

function shape(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  return isRecord(value) ? 'map' : 'scalar';
}
