import type { FleetAlerts } from '../flux/alerts';
import type { App } from '../apps/app';
import { appShapes, overlayShapes } from '../apps/app-schema';
import type { Cluster } from '../clusters/kind';
import type { Flux } from '../flux/flux';
import type { GitServer } from '../repositories/git-server';
import { recipientsShape } from '../secrets/recipient';
import { anyPort, entries, isObject, madeBy, nodePort, type Rule, shape, text, textOf, whole, words } from './schema';
import { tenantOverlayShape, tenantShape } from '../tenants/tenant-schema';

const clusterShapes: { readonly [T in Cluster['type']]: Rule } = {
  kind: shape({
    required: { type: words },
    optional: {
      workers: whole([0, 50], 'a possible number of nodes'),
      ports: entries(hostPort, nodePort),
      recipients: recipientsShape,
    },
  }),
};

const gitShapes: { readonly [T in GitServer['type']]: Rule } = {
  'git-server': shape({ required: { type: words }, optional: { port: anyPort } }),
};

const alertsShapes: { readonly [T in FleetAlerts['type']]: Rule } = {
  log: shape({ required: { type: words } }),
  webhook: shape({
    required: { type: words, address: text(/^https?:\/\/[^\s/]+/, 'an address', 'Write it as `https://…`') },
  }),
};

const fluxShapes: { readonly [T in Flux['type']]: Rule } = {
  components: shape({ required: { type: words } }),
  instance: shape({
    required: {
      type: words,
      registry: text(/^[a-z0-9][-a-z0-9.]*(:\d+)?(\/[-a-z0-9._]+)*$/, 'a registry', 'Write it as `ghcr.io/fluxcd`'),
    },
    optional: {
      pullSecret: text(
        /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
        "a Secret's name",
        'Use lower-case letters, digits, dashes and dots',
      ),
      size: text(/^(small|medium|large)$/, 'a size', 'Use `small`, `medium` or `large`'),
    },
  }),
};

function* hostPort(place: string, key: unknown): ReturnType<Rule> {
  // `'08080'` and `'1e3'` are numbers to JavaScript and names to everything else.
  const port = Number(key);
  yield* anyPort(place, String(port) === key ? port : key);
}

/** The fleet as a whole. What is under the names is for {@link overlayShape} and for the checks of names. */
export const fleetShape: Rule = shape({
  required: {
    clusters: entries(anything, madeBy(clusterShapes, 'a cluster', 'kind()')),
    apps: entries(anything, madeBy(appShapes, 'an app', 'webApp({ image: …, tag: …, port: … })')),
    runs: entries(anything, entries(anything, anything)),
  },
  optional: {
    name: words,
    git: madeBy(gitShapes, 'a git server', 'gitServer()'),
    flux: madeBy(fluxShapes, 'a way to have Flux', 'fluxComponents()'),
    alerts: madeBy(alertsShapes, 'a place for alerts', 'alertLog()'),
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
