import * as v from '../validation/schema';
import { asRecord, isObject } from '../validation/values';

/** A value of a Helm chart. Null removes a value, also one of the chart's own. */
export type HelmValue = string | number | boolean | null | readonly HelmValue[] | HelmValues;

/** The values of a Helm chart: https://helm.sh/docs/chart_template_guide/values_files */
export interface HelmValues {
  readonly [key: string]: HelmValue;
}

const scalar = v.custom<string | number | boolean | null>(
  (value) => value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value),
  'chart value',
  'Use a string, a number, `true`, `false` or null, a list or a map',
);

const value: v.Rule<HelmValue> = (place, each) => {
  if (Array.isArray(each)) return v.list(value)(place, each);
  return isObject(each) ? helmValues(place, each) : scalar(place, each);
};

const name = v.pattern(
  /^(?!(<<|\$patch)?$)/,
  'name of a value',
  'Rename it: kustomize loses `<<`, `$patch` and empty names',
);

export const helmValues: v.Rule<HelmValues> = v.record(name, value);

/** Whether values have one at a path, as `auth.password`. */
export function hasValue(values: unknown, path: string): boolean {
  const parent = path
    .split('.')
    .slice(0, -1)
    .reduce<unknown>((rest, key) => asRecord(rest)[key], values);
  return Object.hasOwn(asRecord(parent), path.split('.').at(-1)!);
}
