import type { App } from './app';
import type { Cluster } from './cluster';
import type { GitServer } from './git-server';
import { quantityPatterns } from './quantity';
import { recipientsShape } from './recipient';
import { entries, isObject, list, madeBy, rule, type Rule, shape, text, textOf, whole, words } from './rule';
import { secretsShape, variableName } from './secret-shapes';

const anyPort = whole([1, 65535], 'a possible port');
const nodePort = whole([30000, 32767], 'a possible node port');
const path = text(/^\/\S*$/, 'a path', 'Begin it with a slash');

// https://pkg.go.dev/github.com/distribution/reference#pkg-overview
const imagePart = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const imageHost = '[a-z0-9]+(?:[.-][a-z0-9]+)*(?::\\d+)?';
const image = text(
  new RegExp(`^(?:${imageHost}/)?${imagePart}(?:/${imagePart})*$`),
  "an image's name",
  'Write it without its tag, which is the key `tag`',
);
const tag = text(
  /^[A-Za-z0-9_][-A-Za-z0-9._]{0,127}$/,
  "an image's tag",
  'Use letters, digits, dots, dashes and underscores, at most 128, in quotes',
);

const quantities = shape({
  optional: {
    cpu: text(quantityPatterns.cpu, 'a quantity of CPU', "Write it as in `'50m'` or `'0.5'`"),
    memory: text(quantityPatterns.memory, 'a quantity of memory', "Write it as in `'64Mi'`"),
  },
});

/** What an app and its overlays both say. */
const settings = {
  replicas: rule(
    (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 31,
    'a number of pods',
    'Use a whole number, 0 or more',
  ),
  tag,
  env: entries(variableName, words),
  resources: shape({ optional: { requests: quantities, limits: quantities } }),
};

const appShapes: { readonly [T in App['type']]: Rule } = {
  web: shape({
    required: { type: words, image, tag, port: anyPort },
    optional: {
      ...settings,
      secrets: secretsShape(['env', 'file'], "env() or file('/etc/app')"),
      args: list(words),
      readyPath: path,
      livePath: path,
      nodePort,
    },
  }),
};

const overlayShapes: { readonly [T in App['type']]: Rule } = {
  web: shape({ optional: settings }),
};

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
  optional: { name: words, git: madeBy(gitShapes, 'a git server', 'gitServer()') },
});

/** What a cluster may change of an app; anything, where there is no such app. */
export function overlayShape(app: unknown): Rule {
  const type = isObject(app) ? textOf(app['type']) : '';
  return Object.hasOwn(overlayShapes, type) ? overlayShapes[type as App['type']] : anything;
}

function anything(): [] {
  return [];
}
