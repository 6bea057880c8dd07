import type { Problem } from '../fleet-error';
import { at, isObject, type Named, named } from '../validation/schema';

/** What is wrong with the secrets of a Helm release by themselves; `place` is the app's. */
export function* helmSecrets(place: string, app: Named): Iterable<Problem> {
  const secrets = Object.entries(named(app['secrets']));
  const ofType = (type: string) => secrets.filter(([, secret]) => named(secret)['type'] === type);
  const asValues = ofType('value');
  if (asValues.length > 0 && ofType('in-secret').length > 0) {
    yield {
      place: at(place, 'secrets'),
      problem: 'some are values, and some are in a Secret of the chart, which one file cannot hold',
      next: 'Take all with `value(…)`, or all with `inSecret()`',
    };
  }
  for (const [key, secret] of asValues) {
    const path = named(secret)['path'];
    if (typeof path !== 'string' || !has(app['values'], path.split('.'))) continue;
    const problem = `the value \`${path}\` is in \`values\` as well`;
    yield { place: at(place, `secrets.${key}`), problem, next: 'Take it from `values`' };
  }
}

/** A value that a cluster takes away and that the app does not have, or sets and that is a secret. */
export function* changedValues(place: string, app: Named, overlay: Named): Iterable<Problem> {
  yield* removedValues(at(place, 'values'), named(app['values']), named(overlay['values']));
  for (const [key, secret] of Object.entries(named(app['secrets']))) {
    const path = named(secret)['path'];
    if (typeof path !== 'string' || !has(overlay['values'], path.split('.'))) continue;
    yield {
      place: at(place, `values.${path}`),
      problem: `\`${path}\` is a secret of the app, and its value cannot be here`,
      next: `Leave it out, and set it with \`npm run fleet -- secrets set <cluster> <app> ${key}\``,
    };
  }
}

function* removedValues(place: string, own: Named, changed: Named): Iterable<Problem> {
  for (const [key, value] of Object.entries(changed)) {
    if (value === null && !Object.hasOwn(own, key)) {
      const problem = `the app says no value \`${key}\` here to take away`;
      yield { place: at(place, key), problem, next: 'Leave it out' };
    }
    if (isObject(value)) yield* removedValues(at(place, key), named(own[key]), value);
  }
}

function has(values: unknown, path: readonly string[]): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return true;
  return isObject(values) && Object.hasOwn(values, key) && has(values[key], rest);
}
