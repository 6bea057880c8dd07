import type { App } from './app';
import { patchesByKind } from './patch-shapes';
import { quantityPatterns } from './quantity';
import { anyPort, entries, list, nodePort, orNull, rule, type Rule, shape, text, words } from './rule';
import { secretsShape, variableName } from './secret-shapes';

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

const names = list(words);

// https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards
const host = text(
  /^(?=.{1,253}$)(\*\.)?([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)*[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  'a host name',
  'Write it without a scheme, a port and a path, as in `shop.example.com`',
);

/** What every app says. */
const common = {
  after: names,
  timeout: text(/^([1-9]\d*(\.\d+)?(s|m|h))+$/, 'a time', "Write it as in `'90s'` or `'5m'`"),
};

/** What an app and its overlays both say. */
const settings = {
  hosts: list(host),
  replicas: rule(
    (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 31,
    'a number of pods',
    'Use a whole number, 0 or more',
  ),
  tag,
  resources: shape({ optional: { requests: quantities, limits: quantities } }),
};

/** What may be said of each kind of app. */
export const appShapes: { readonly [T in App['type']]: Rule } = {
  web: shape({
    required: { type: words, image, tag, port: anyPort },
    optional: {
      ...common,
      ...settings,
      env: entries(variableName, words),
      ingressClass: words,
      secrets: secretsShape(['env', 'file'], "env() or file('/etc/app')"),
      args: list(words),
      readyPath: path,
      livePath: path,
      nodePort,
    },
  }),
};

/** What a cluster may change of each kind of app. */
export const overlayShapes: { readonly [T in App['type']]: Rule } = {
  web: shape({
    optional: {
      ...settings,
      env: entries(variableName, orNull(words)),
      patches: patchesByKind(['Deployment', 'Ingress', 'Namespace', 'Service']),
    },
  }),
};
