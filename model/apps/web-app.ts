import type { AppProps } from './app';
import { withDefaults } from '../defaults';
import type { PatchesByKind } from '../patches/patch';
import type { WebAppSecret } from '../secrets/secret';

/** Compute resources by name, as Kubernetes quantities: `{ cpu: '50m', memory: '64Mi' }`. */
export interface ResourceQuantities {
  readonly cpu?: string;
  readonly memory?: string;
}

/** https://kubernetes.io/docs/concepts/configuration/manage-resources-containers */
export interface Resources {
  readonly requests?: ResourceQuantities;
  readonly limits?: ResourceQuantities;
}

/** What a cluster may change of a {@link WebApp}. What it leaves out is as the app says. */
export interface WebAppOverlay {
  /** Pods that serve the app. */
  readonly replicas?: number;
  /** The image's tag. */
  readonly tag?: string;
  /** Environment variables, set beside the app's own or in place of one of the same name; null takes one away. */
  readonly env?: Readonly<Record<string, string | null>>;
  /** Each quantity takes the place of the app's own of the same name. */
  readonly resources?: Resources;
  /** The host names that lead to the app there, in place of the app's own. */
  readonly hosts?: readonly string[];
  /** Patches of the app's objects, by kind: the part that is merged in, or the steps of a JSON patch. */
  readonly patches?: PatchesByKind<'Deployment' | 'Ingress' | 'Namespace' | 'Service'>;
}

/** What may be said of a web app. */
export interface WebAppProps<After extends string = string> extends AppProps<After> {
  /** The image without its tag: `ghcr.io/stefanprodan/podinfo`. */
  readonly image: string;
  /** The image's tag: `6.9.2`. */
  readonly tag: string;
  /** The port that the app listens on; its Service has the same. */
  readonly port: number;
  /**
   * Pods that serve the app.
   * @default 1
   */
  readonly replicas?: number;
  /** @default - none */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * The secrets that the app takes, by their keys, and how: `{ API_KEY: env(), 'tls.key': file('/etc/tls') }`.
   * Their values are in `secrets/<cluster>/<app>.yaml`, encrypted.
   * @default - none
   */
  readonly secrets?: Readonly<Record<string, WebAppSecret>>;
  /**
   * Arguments to the image's entry point.
   * @default - the image's own
   */
  readonly args?: readonly string[];
  /**
   * The path that answers 200 when a pod can serve.
   * @default '/readyz'
   */
  readonly readyPath?: string;
  /**
   * The path that answers 200 as long as a pod need not be restarted.
   * @default '/healthz'
   */
  readonly livePath?: string;
  /**
   * The port of every node that leads to the app (30000 to 32767).
   * @default - reached inside the cluster only
   */
  readonly nodePort?: number;
  /**
   * The host names that lead to the app, by an Ingress: `['shop.example.com']`.
   * @default - no Ingress
   */
  readonly hosts?: readonly string[];
  /**
   * Which ingress controller serves the hosts.
   * @default - the cluster's default
   */
  readonly ingressClass?: string;
  /** @default - 20m CPU and 32Mi memory requested, limited to 256Mi memory */
  readonly resources?: Resources;
}

/** An app that serves HTTP: a Namespace of its name, a Deployment, a Service, and an Ingress where it has hosts. */
export interface WebApp<After extends string = string>
  extends
    Required<Omit<WebAppProps<After>, 'nodePort' | 'ingressClass'>>,
    Pick<WebAppProps, 'nodePort' | 'ingressClass'> {
  readonly type: 'web';
}

/** An app that serves HTTP from an image. */
export function webApp<const After extends string = never>(props: WebAppProps<After>): WebApp<NoInfer<After>> {
  const defaults = {
    after: [],
    timeout: '3m',
    replicas: 1,
    env: {},
    secrets: {},
    args: [],
    readyPath: '/readyz',
    livePath: '/healthz',
    hosts: [],
    resources: { requests: { cpu: '20m', memory: '32Mi' }, limits: { memory: '256Mi' } },
  };
  return { ...withDefaults(defaults, props), type: 'web' };
}
