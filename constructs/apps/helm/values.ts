import { Ajv, type AnySchema, type ErrorObject } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019';
import { Ajv2020 } from 'ajv/dist/2020';
import { FleetError, type HelmApp, type HelmValues, type HelmValuesChange } from '../../../model';
import type { ChartFolder } from './chart-folder';
import { isRecord } from '../../files/object';

type Values = Readonly<Record<string, unknown>>;

/** Values with a cluster's changes: maps are merged, lists are replaced, null takes a value away. */
export function mergedValues(own: Values, changed: Values = {}): Values {
  const result: Record<string, unknown> = { ...own };
  for (const [key, value] of Object.entries(changed)) {
    if (value === null) delete result[key];
    else result[key] = isRecord(value) ? mergedValues(isRecord(own[key]) ? own[key] : {}, value) : value;
  }
  return result;
}

/** The part of a cluster's changes that is not as the app says already; nothing, where all is. */
export function differingValues(own: HelmValues, changed: HelmValuesChange = {}): Values | undefined {
  const entries = Object.entries(changed).flatMap(([key, value]): [string, unknown][] => {
    const before: unknown = own[key];
    if (!isRecord(value) || !isRecord(before)) return same(before, value) ? [] : [[key, value]];
    const inner = differingValues(before as HelmValues, value);
    return inner ? [[key, inner]] : [];
  });
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/** Values, and where they are said. */
export interface CheckedValues {
  /** The place of the values in `fleet.ts`. */
  readonly place: string;
  readonly app: HelmApp;
  readonly values: Values;
}

/**
 * Checks values by the chart's `values.schema.json`, over the chart's own as Helm does.
 *
 * @throws FleetError for each value that the chart would refuse.
 */
export function checkValues({ schema, values: own }: ChartFolder, { place, app, values }: CheckedValues): void {
  if (schema === undefined) return;
  const secret = Object.values(app.secrets).flatMap((each) => (each.type === 'value' ? [each.path.split('.')] : []));
  const whole = secret.reduce((rest, path) => put(rest, path, ''), mergedValues(own, values));
  const validate = validatorOf(schema, app);
  if (validate(whole)) return;
  const pointers = secret.map((path) => `/${path.join('/')}`);
  const errors = (validate.errors ?? []).filter(({ instancePath }) => !pointers.includes(instancePath));
  const problems = errors.map((error) => ({
    place: placeOf(place, error),
    problem: `the chart's schema says that it ${error.message ?? 'is not possible'}${detail(error)}`,
    next: 'Look into `values.schema.json` of the chart',
  }));
  if (problems.length > 0) throw new FleetError(...problems);
}

/** Validators by their schemas, each of which takes a while to be compiled. */
const validators = new WeakMap<object, ReturnType<Ajv['compile']>>();

function validatorOf(schema: object, app: HelmApp): ReturnType<Ajv['compile']> {
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
    const place = `${app.chart.type === 'git' ? app.chart.path : ''}/values.schema.json`;
    const problem = `it is not a JSON schema that can be read (${(error as Error).message})`;
    throw new FleetError({ place, problem, next: 'Mend it; draft 7, 2019-09 and 2020-12 are read' });
  }
}

function placeOf(place: string, { instancePath }: ErrorObject): string {
  return [place, ...instancePath.split('/').slice(1)].join('.');
}

/** What ajv keeps apart from its message: which key, which choices. */
function detail({ keyword, params }: ErrorObject): string {
  const said = params as Record<string, unknown>;
  if (keyword === 'additionalProperties') return `: \`${String(said['additionalProperty'])}\``;
  return keyword === 'enum' ? `: ${(said['allowedValues'] as unknown[]).map(String).join(', ')}` : '';
}

function put(values: Values, [key, ...rest]: readonly string[], value: unknown): Values {
  if (key === undefined) return values;
  const inner = isRecord(values[key]) ? values[key] : {};
  return { ...values, [key]: rest.length === 0 ? value : put(inner, rest, value) };
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
