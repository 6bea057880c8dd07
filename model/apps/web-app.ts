import type { Problem } from '../fleet-error';
import { type Complete, withDefaults } from '../defaults';
import { patchesByKind, type PatchesByKind } from '../patches/patch';
import { plaintextOverride, type Secrets, secretsOfType, secretsRule, type WebAppSecret } from '../secrets/secret';
import { imageName, replicaCount, variableName } from '../validation/common-rules';
import * as v from '../validation/schema';
import { asRecord, at, toText, type UnknownRecord } from '../validation/values';
import { appDefaults, type AppProps, appRules } from './app-props';
import type { AppModel, Claim } from './app';
import { imageReference, type ImageVersion, imageVersionRules } from './image';
import { requestsOverLimits, type Resources, resourcesSchema } from './resources';

/** The properties of a {@link WebApp} that a cluster can override. */
export interface WebAppOverlay extends ImageVersion {
  /** The image in another registry, without its tag. */
  readonly image?: string;
  /** Pods that serve the app. */
  readonly replicas?: number;
  /** Environment variables, added to the app's or replacing those of the same name; null removes one. */
  readonly env?: Readonly<Record<string, string | null>>;
  /** Each quantity replaces the app's quantity of the same name. */
  readonly resources?: Resources;
  /** The host names of the app in the cluster, instead of the app's own. */
  readonly hosts?: readonly string[];
  /** Patches of the app's objects, by kind: the part that is merged in, or the operations of a JSON patch. */
  readonly patches?: PatchesByKind<'Deployment' | 'Ingress' | 'Namespace' | 'Service'>;
}

export interface WebAppProps<After extends string = string> extends AppProps<After>, ImageVersion {
  /** The image without its tag: `ghcr.io/stefanprodan/podinfo`. It needs a `tag`, a `digest` or both. */
  readonly image: string;
  /** The port that the app listens on. Its Service has the same port. */
  readonly port: number;
  /** Pods that serve the app. @default 1 */
  readonly replicas?: number;
  /** @default - none */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * The app's secrets by their keys, and how it gets them: `{ API_KEY: env(), 'tls.key': file('/etc/tls') }`.
   * Their values are in `secrets/<cluster>/<app>.yaml`, encrypted.
   * @default - none
   */
  readonly secrets?: Secrets<WebAppSecret>;
  /** Arguments to the image's entry point. @default - the image's own */
  readonly args?: readonly string[];
  /** The path that responds with 200 when a pod can serve requests. @default '/readyz' */
  readonly readyPath?: string;
  /** The path that responds with 200 as long as a pod does not need a restart. @default '/healthz' */
  readonly livePath?: string;
  /**
   * The port of every node that forwards to the app (30000 to 32767).
   * @default - the app is reached inside the cluster only
   */
  readonly nodePort?: number;
  /** The host names of the app's Ingress: `['shop.example.com']`. @default - no Ingress */
  readonly hosts?: readonly string[];
  /** The IngressClass of the app's Ingress. @default - the cluster's default */
  readonly ingressClass?: string;
  /** @default - 20m CPU and 32Mi memory requested, limited to 256Mi memory */
  readonly resources?: Resources;
}

type OptionalProps = 'nodePort' | 'ingressClass' | keyof ImageVersion | 'shard';

/** An app that serves HTTP: a Namespace with its name, a Deployment, a Service, and an Ingress if it has hosts. */
export interface WebApp<After extends string = string> extends Complete<WebAppProps<After>, OptionalProps> {
  readonly type: 'web';
}

/** An app that serves HTTP from an image. */
export function webApp<const After extends string = never>(
  props: WebAppProps<After> & ({ readonly tag: string } | { readonly digest: string }),
): WebApp<NoInfer<After>> {
  const defaults = {
    ...appDefaults,
    replicas: 1,
    env: {},
    args: [],
    readyPath: '/readyz',
    livePath: '/healthz',
    hosts: [],
    resources: { requests: { cpu: '20m', memory: '32Mi' }, limits: { memory: '256Mi' } },
  };
  return { ...withDefaults(defaults, props), type: 'web' };
}

const path = v.pattern(/^\/\S*$/, 'path', 'Start it with a slash');

// https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards
const host = v.pattern(
  /^(?=.{1,253}$)(\*\.)?([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)*[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  'host name',
  'Write it without a scheme, a port and a path, as in `shop.example.com`',
);

const hosts: v.Rule<readonly string[]> = function* (place, value) {
  yield* v.list(host)(place, value);
  const seen = new Set<unknown>();
  for (const [index, each] of (Array.isArray(value) ? value : []).entries()) {
    const here = `${place}.${index}`;
    if (/^\d+(\.\d+){3}$/.test(toText(each))) {
      const next = 'Write a name that resolves to it: an Ingress takes names only';
      yield { place: here, problem: `\`${toText(each)}\` is an IP address, and not a host name`, next };
    }
    if (seen.has(each))
      yield { place: here, problem: `\`${toText(each)}\` is listed twice`, next: 'Remove one of the two' };
    seen.add(each);
  }
};

export const webAppModel: AppModel<WebApp, WebAppOverlay> = {
  schema: v.schema<WebAppProps>({
    image: imageName,
    ...imageVersionRules,
    port: v.port,
    ...appRules,
    hosts: v.optional(hosts),
    replicas: v.optional(replicaCount),
    resources: v.optional(resourcesSchema),
    env: v.optional(v.record(variableName, v.string)),
    ingressClass: v.optional(v.string),
    secrets: v.optional(secretsRule(['env', 'file'], "env()` or `file('/etc/app')")),
    args: v.optional(v.list(v.string)),
    readyPath: v.optional(path),
    livePath: v.optional(path),
    nodePort: v.optional(v.nodePort),
  }),

  overlaySchema: v.schema<WebAppOverlay>({
    hosts: v.optional(hosts),
    replicas: v.optional(replicaCount),
    image: v.optional(imageName),
    ...imageVersionRules,
    resources: v.optional(resourcesSchema),
    env: v.optional(v.record(variableName, v.nullable(v.string))),
    patches: v.optional(patchesByKind(['Deployment', 'Ingress', 'Namespace', 'Service'])),
  }),

  *check(place, app) {
    if (app['tag'] === undefined && app['digest'] === undefined) {
      yield { place: at(place, 'tag'), problem: 'the image has no tag and no digest', next: 'Add `tag` or `digest`' };
    }
    yield* requestsOverLimits(place, app, {});
    yield* secretVariables(place, app);
    yield* secretFolders(place, app);
  },

  *checkOverlay(place, app, overlay) {
    for (const [key, { name }] of secretsOfType(app['secrets'], 'env')) {
      const variable = toText(name) || key;
      if (!Object.hasOwn(asRecord(overlay['env']), variable)) continue;
      yield plaintextOverride(at(place, `env.${variable}`), variable, key);
    }
    for (const [name, value] of Object.entries(asRecord(overlay['env']))) {
      if (value !== null || Object.hasOwn(asRecord(app['env']), name)) continue;
      const problem = `the app has no variable \`${name}\` to remove`;
      yield { place: at(place, `env.${name}`), problem, next: 'Remove this entry' };
    }
    if (overlay['resources'] !== undefined) yield* requestsOverLimits(place, app, overlay);
  },

  *claims(app, overlay): Iterable<Claim> {
    const number = toText(app['nodePort']);
    if (number) yield { what: `node port ${number}`, key: 'nodePort', overridden: false };
    const overridden = overlay['hosts'] !== undefined;
    const hosts = overridden ? overlay['hosts'] : app['hosts'];
    if (!Array.isArray(hosts)) return;
    for (const each of new Set(hosts.map(toText))) yield { what: `host \`${each}\``, key: 'hosts', overridden };
  },

  images: (app, overlay) => [imageReference(imageIn(app, overlay))],

  version(app, overlay) {
    const { image, ...pin } = imageIn(app, overlay);
    return { of: 'image', image, pin };
  },
};

/** The image of an app in a cluster. */
export function imageIn(app: WebApp, overlay: WebAppOverlay): { readonly image: string } & ImageVersion {
  const { tag, digest } = overlay.tag || overlay.digest ? overlay : app;
  return { image: overlay.image ?? app.image, tag, digest };
}

/** Secrets that have no valid variable name, or the name of another variable. */
function* secretVariables(place: string, app: UnknownRecord): Iterable<Problem> {
  const owners = new Map(Object.keys(asRecord(app['env'])).map((name) => [name, at(place, `env.${name}`)]));
  for (const [key, secret] of secretsOfType(app['secrets'], 'env')) {
    const here = at(place, `secrets.${key}`);
    const name = toText(secret.name) || key;
    for (const { problem } of variableName(here, name)) {
      yield { place: here, problem, next: "Set a name, as in `env({ name: 'API_KEY' })`" };
    }
    const owner = owners.get(name);
    const problem = `the variable \`${name}\` is already set by \`${owner}\``;
    if (owner) yield { place: here, problem, next: 'Remove one of the two' };
    owners.set(name, here);
  }
}

/** Files in `/tmp`, which is a volume of every web app's own. */
function* secretFolders(place: string, app: UnknownRecord): Iterable<Problem> {
  for (const [key, { folder }] of secretsOfType(app['secrets'], 'file')) {
    if (!/^\/tmp(\/|$)/.test(toText(folder))) continue;
    const problem = `\`${folder}\` is in the folder for temporary files`;
    yield { place: at(place, `secrets.${key}.folder`), problem, next: 'Choose another folder, such as `/etc/secrets`' };
  }
}
