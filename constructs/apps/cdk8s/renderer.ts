import { Chart, App as Scope } from 'cdk8s';
import { type Cdk8sApp, type Cdk8sAppOverlay, FleetError, type Problem, throwProblems } from '../../../model';
import { appLabels } from '../../labels';
import { plaintextInObject } from '../../../model/secrets/plaintext';
import { plainSecret } from '../../secrets/secret-file';
import { type Base, baseOf, missingNamespace, objectsOf, fullFileName } from '../base';
import { inNamespace } from '../cluster-scope';
import type { AppContext, AppRenderer } from '../kind';
import { objectChanges, objectReadiness } from '../object-changes';

export const cdk8sRenderer: AppRenderer<Cdk8sApp, Cdk8sAppOverlay> = {
  base,
  changes: objectChanges,
  readiness: objectReadiness,
};

function base(context: AppContext<Cdk8sApp>): Base {
  const { fleet, name, app } = context;
  const scope = new Scope();
  const chart = new Chart(scope, name, { labels: appLabels(fleet.name, name), disableResourceNameHashes: true });
  const place = `apps.${name}.construct`;
  try {
    const result: unknown = app.construct(chart);
    const objects = inNamespace(name, scope.charts.flatMap(objectsOf));
    const secrets = objects.flatMap(plaintextInObject).map((problem) => ({ ...plainSecret(place), problem }));
    throwProblems(secrets.length > 0 ? secrets : [...lost(place, result, objects)]);
    return baseOf([...missingNamespace(objects, context), ...objects], fullFileName);
  } catch (error) {
    if (error instanceof FleetError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const isNotPlain = message.includes('non-simple object');
    const next = isNotPlain
      ? 'Use plain objects without a key `constructor`: cdk8s renders no others'
      : 'Fix the construct';
    throw new FleetError({ place, problem: `the construct failed: ${message}`, next });
  }
}

/** A construct whose objects, or some of them, are not in its scope when it returns. */
function* lost(place: string, result: unknown, objects: readonly object[]): Iterable<Problem> {
  if (result instanceof Promise) {
    // What it fails with is of no interest, and would end the process.
    result.catch(() => {});
    const next = 'Remove `async`, and read what it needs before `defineFleet`';
    yield { place, problem: 'it is asynchronous, and what it adds later would be lost', next };
  } else if (objects.length === 0) {
    const next = "Add them to it, as in `(scope) => { new Cache(scope, 'cache'); }`, and not to an `App` of its own";
    yield { place, problem: 'it adds no objects to its scope', next };
  }
}
