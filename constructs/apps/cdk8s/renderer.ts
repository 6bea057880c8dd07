import { Chart, App as Scope } from 'cdk8s';
import { type Cdk8sApp, type Cdk8sAppOverlay, FleetError } from '../../../model';
import { appLabels } from '../../labels';
import { isPlainSecret, plainSecret } from '../../secrets/secret-file';
import { type Base, baseOf, missingNamespace, objectsOf, fullFileName } from '../base';
import { inNamespace } from '../cluster-scope';
import type { AppContext, AppRenderer } from '../kind';
import { objectChanges } from '../object-changes';

export const cdk8sRenderer: AppRenderer<Cdk8sApp, Cdk8sAppOverlay> = {
  base,
  changes: objectChanges,
  readiness: ({ timeout, health, force }) => ({ timeout, health, force }),
};

function base(context: AppContext<Cdk8sApp>): Base {
  const { fleet, name, app } = context;
  const scope = new Scope();
  const chart = new Chart(scope, name, { labels: appLabels(fleet.name, name), disableResourceNameHashes: true });
  const place = `apps.${name}.construct`;
  try {
    app.construct(chart);
    const objects = inNamespace(name, scope.charts.flatMap(objectsOf));
    if (objects.some(isPlainSecret)) throw new FleetError(plainSecret(place));
    return baseOf([...missingNamespace(objects, context), ...objects], fullFileName);
  } catch (error) {
    if (error instanceof FleetError) throw error;
    const problem = `the construct failed: ${error instanceof Error ? error.message : String(error)}`;
    throw new FleetError({ place, problem, next: 'Fix the construct' });
  }
}
