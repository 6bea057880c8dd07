import { isDeepStrictEqual } from 'node:util';
import { Ajv, type AnySchema, type ErrorObject } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019';
import { Ajv2020 } from 'ajv/dist/2020';
import {
  FleetError,
  type HelmApp,
  type HelmValues,
  type HelmValuesChange,
  secretsOfType,
  throwProblems,
} from '../../../model';
import type { ChartFolder } from './chart-folder';
import { isRecord } from '../../files/object';

type Values = Readonly<Record<string, unknown>>;

/** Values with a cluster's changes: maps are merged, lists are replaced, null removes a value. */
export function mergedValues(own: Values, changed: Values = {}): Values {
  const result: Record<string, unknown> = { ...own };
  for (const [key, value] of Object.entries(changed)) {
    if (value === null) delete result[key];
    else result[key] = isRecord(value) ? mergedValues(isRecord(own[key]) ? own[key] : {}, value) : value;
  }
  return result;
}

/** The part of a cluster's changes that differs from the app's own values; undefined if nothing does. */
export function differingValues(own: HelmValues, changed: HelmValuesChange = {}): Values | undefined {
  const entries = Object.entries(changed).flatMap(([key, value]): [string, unknown][] => {
    const before: unknown = own[key];
    if (!isRecord(value) || !isRecord(before)) return isDeepStrictEqual(before, value) ? [] : [[key, value]];
    const inner = differingValues(before as HelmValues, value);
    return inner ? [[key, inner]] : [];
  });
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/**
 * Checks values with the chart's `values.schema.json`, merged over the chart's own values as Helm does.
 *
 * @throws FleetError for each value that the schema does not allow.
 */
export function checkValues(chart: ChartFolder, props: { place: string; app: HelmApp; values: Values }): void {
  if (chart.schema === undefined) return;
  const { place, app, values } = props;
  const secretPaths = secretsOfType(app.secrets, 'value').map(([, { path }]) => path.split('.'));
  const complete = secretPaths.reduce((rest, path) => put(rest, path, ''), mergedValues(chart.values, values));
  const validate = validatorOf(chart.path, chart.schema);
  if (validate(complete)) return;
  const pointers = secretPaths.map((path) => `/${path.join('/')}`);
  const errors = (validate.errors ?? []).filter(({ instancePath }) => !pointers.includes(instancePath));
  const problems = errors.map((error) => ({
    place: [place, ...error.instancePath.split('/').slice(1)].join('.'),
    problem: `according to the chart's schema, it ${error.message ?? 'is invalid'}${detail(error)}`,
    next: 'Change the value as `values.schema.json` of the chart requires',
  }));
  throwProblems(problems);
}

/** Validators by schema, because compiling one is slow. */
const validators = new WeakMap<object, ReturnType<Ajv['compile']>>();

function validatorOf(path: string, schema: object): ReturnType<Ajv['compile']> {
  const known = validators.get(schema);
  if (known) return known;
  const draft = String((schema as { $schema?: unknown }).$schema);
  const Validator = draft.includes('2020-12') ? Ajv2020 : draft.includes('2019-09') ? Ajv2019 : Ajv;
  try {
    const ajv = new Validator({ strict: false, allErrors: true, validateFormats: false });
    const validate = ajv.compile(schema as AnySchema);
    validators.set(schema, validate);
    return validate;
  } catch (error) {
    const place = `${path}/values.schema.json`;
    const problem = `invalid JSON schema: ${(error as Error).message}`;
    throw new FleetError({ place, problem, next: 'Fix the schema. The drafts 7, 2019-09 and 2020-12 are supported' });
  }
}

/** The property or the allowed values, which are not in ajv's message. */
function detail({ keyword, params }: ErrorObject): string {
  const details = params as Record<string, unknown>;
  if (keyword === 'additionalProperties') return `: \`${String(details['additionalProperty'])}\``;
  return keyword === 'enum' ? `: ${(details['allowedValues'] as unknown[]).map(String).join(', ')}` : '';
}

function put(values: Values, [key, ...rest]: readonly string[], value: unknown): Values {
  if (key === undefined) return values;
  const inner = isRecord(values[key]) ? values[key] : {};
  return { ...values, [key]: rest.length === 0 ? value : put(inner, rest, value) };
}
