import type { Problem } from '../fleet-error';
import { objectKey } from '../validation/common-rules';
import * as v from '../validation/schema';
import { asRecord, at, isObject, type UnknownRecord } from '../validation/values';

/** A value of a Helm chart. It is never null: kustomize drops nulls, and in a cluster's overrides null removes a value. */
export type HelmValue = string | number | boolean | readonly HelmValue[] | HelmValues;

/** The values of a Helm chart. */
export interface HelmValues {
  readonly [key: string]: HelmValue;
}

/** How a cluster changes an app's values: maps are merged, lists are replaced, null removes a value. */
export interface HelmValuesChange {
  readonly [key: string]: HelmValue | HelmValuesChange | null;
}

const scalar = v.custom<string | number | boolean>(
  (value) => typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value),
  'chart value',
  'Use a string, a number, `true` or `false`, a list or a map; use null only in `runs`, to remove a value',
);

const value: v.Rule<HelmValue> = (place, each) => {
  if (Array.isArray(each)) return v.list(value)(place, each);
  return isObject(each) ? helmValues(place, each) : scalar(place, each);
};

const change: v.Rule<HelmValue | HelmValuesChange | null> = (place, each) =>
  isObject(each) ? helmValuesChange(place, each) : v.nullable(value as v.Rule<unknown>)(place, each);

export const helmValues: v.Rule<HelmValues> = v.record(objectKey, value);

export const helmValuesChange: v.Rule<HelmValuesChange> = v.record(v.string, change);

/** The values that a cluster removes and that the app does not set. */
export function* removedValues(place: string, own: UnknownRecord, changed: UnknownRecord): Iterable<Problem> {
  for (const [key, each] of Object.entries(changed)) {
    if (each === null && !Object.hasOwn(own, key)) {
      yield { place: at(place, key), problem: `the app sets no value \`${key}\` to remove`, next: 'Remove this entry' };
    }
    if (isObject(each)) yield* removedValues(at(place, key), asRecord(own[key]), each);
  }
}

/** Whether values have one at a path, as `auth.password`. */
export function hasValue(values: unknown, path: string): boolean {
  const parent = path
    .split('.')
    .slice(0, -1)
    .reduce<unknown>((rest, key) => asRecord(rest)[key], values);
  return Object.hasOwn(asRecord(parent), path.split('.').at(-1)!);
}
