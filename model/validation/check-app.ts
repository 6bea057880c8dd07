import { changedValues, helmSecrets } from '../apps/check-helm';
import { overlaidSecrets, secretsOfApp } from '../secrets/check-secrets';
import type { Problem } from '../fleet-error';
import { amount } from '../apps/quantity';
import { at, type Named, named, textOf } from './schema';

/** What is wrong with an app by itself; `place` is the app's. */
export function* appAlone(place: string, app: Named): Iterable<Problem> {
  yield* overLimit(place, app, {});
  if (app['type'] === 'web') yield* secretsOfApp(place, app);
  if (app['type'] === 'helm') yield* helmSecrets(place, app);
}

/** What is wrong with an overlay of an app; `place` is the overlay's. */
export function* overlaid(place: string, app: Named, overlay: Named): Iterable<Problem> {
  if (app['type'] === 'helm') yield* changedValues(place, app, overlay);
  if (app['type'] !== 'web') return;
  yield* overlaidSecrets(place, app, overlay);
  yield* removedVariables(place, app, overlay);
  if (overlay['resources'] !== undefined) yield* overLimit(place, app, overlay);
}

/** A variable that is taken away and that the app does not have. */
function* removedVariables(place: string, app: Named, overlay: Named): Iterable<Problem> {
  for (const [name, value] of Object.entries(named(overlay['env']))) {
    if (value !== null || Object.hasOwn(named(app['env']), name)) continue;
    const problem = `the app has no variable \`${name}\` to take away`;
    yield { place: at(place, `env.${name}`), problem, next: 'Leave it out' };
  }
}

/** A request over its limit, once the overlay's quantities have taken the place of the app's. */
function* overLimit(place: string, app: Named, overlay: Named): Iterable<Problem> {
  const [own, changed] = [app, overlay].map((of) => named(of['resources']));
  for (const resource of ['cpu', 'memory']) {
    const said = (kind: string) => named(changed?.[kind])[resource] ?? named(own?.[kind])[resource];
    const [request, limit] = [said('requests'), said('limits')].map(textOf) as [string, string];
    if (!(amount(request) > amount(limit))) continue;
    yield {
      place: `${place}.resources`,
      problem: `${request} of ${resource} are requested, and the limit is ${limit}`,
      next: 'Raise the limit, or request less',
    };
  }
}
