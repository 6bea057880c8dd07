import { alertsModels } from '../alerts';
import type { App } from '../apps/app';
import { appShapes, overlayShapes } from '../apps/app-schema';
import { clusterModels } from '../clusters';
import { fluxModels } from '../flux';
import type { Registry } from '../registry';
import { repositoryModels } from '../repositories';
import { entries, isObject, madeBy, type Rule, shape, textOf, words } from './schema';
import { tenantOverlayShape, tenantShape } from '../tenants/tenant-schema';

/** An object of one of the registered types, those included that are registered later. */
function registered(models: Registry<{ readonly schema: Rule }>, what: string, example: string): Rule {
  return (place, value) => {
    const schemas = Object.entries(models.all()).map(([type, { schema }]) => [type, schema] as const);
    return madeBy(Object.fromEntries(schemas), what, example)(place, value);
  };
}

/** The fleet as a whole. What is under the names is for {@link overlayShape} and for the checks of names. */
export const fleetShape: Rule = shape({
  required: {
    clusters: entries(anything, registered(clusterModels, 'a cluster', 'kind()')),
    apps: entries(anything, madeBy(appShapes, 'an app', 'webApp({ image: …, tag: …, port: … })')),
    runs: entries(anything, entries(anything, anything)),
  },
  optional: {
    name: words,
    git: registered(repositoryModels, 'a repository', 'gitServer()'),
    flux: registered(fluxModels, 'a way to install Flux', 'fluxComponents()'),
    alerts: registered(alertsModels, 'a place for alerts', 'alertLog()'),
    tenants: entries(anything, madeBy({ tenant: tenantShape }, 'a tenant', 'tenant({ … })')),
  },
});

/** What a cluster may change of an app or a tenant; anything, where there is none. */
export function overlayShape(unit: unknown): Rule {
  const type = isObject(unit) ? textOf(unit['type']) : '';
  if (type === 'tenant') return tenantOverlayShape;
  return Object.hasOwn(overlayShapes, type) ? overlayShapes[type as App['type']] : anything;
}

function anything(): [] {
  return [];
}
