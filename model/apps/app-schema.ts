import type { App } from './app';
import { patchesByKind } from '../patches/patch-schema';
import { quantityPatterns } from './quantity';
import { common, image, path, replicas, tag } from '../validation/common-schemas';
import { cdk8sShape, helmOverlayShape, helmShape, kustomizeOverlayShape, kustomizeShape } from './objects-app-schema';
import { anyPort, entries, list, nodePort, orNull, type Rule, shape, text, words } from '../validation/schema';
import { secretsShape, variableName } from '../secrets/secret-schema';

const quantities = shape({
  optional: {
    cpu: text(quantityPatterns.cpu, 'a quantity of CPU', "Write it as in `'50m'` or `'0.5'`"),
    memory: text(quantityPatterns.memory, 'a quantity of memory', "Write it as in `'64Mi'`"),
  },
});

// https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards
const host = text(
  /^(?=.{1,253}$)(\*\.)?([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)*[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  'a host name',
  'Write it without a scheme, a port and a path, as in `shop.example.com`',
);

/** What an app and its overlays both say. */
const settings = {
  hosts: list(host),
  replicas,
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
  helm: helmShape,
  kustomize: kustomizeShape,
  cdk8s: cdk8sShape,
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
  helm: helmOverlayShape,
  kustomize: kustomizeOverlayShape,
  cdk8s: kustomizeOverlayShape,
};
