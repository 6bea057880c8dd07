import { withDefaults } from './defaults';
import type { WebAppSecret } from './secret';

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
  /** Environment variables, set beside the app's own or in place of one of the same name. */
  readonly env?: Readonly<Record<string, string>>;
  /** Each quantity takes the place of the app's own of the same name. */
  readonly resources?: Resources;
}

/** What may be said of a web app. */
export interface WebAppProps {
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
  /** @default - 20m CPU and 32Mi memory requested, limited to 256Mi memory */
  readonly resources?: Resources;
}

/** An app that serves HTTP: a Namespace of its name, a Deployment, a Service. */
export interface WebApp extends Required<Omit<WebAppProps, 'nodePort'>>, Pick<WebAppProps, 'nodePort'> {
  readonly type: 'web';
}

/** Every kind of app. */
export type App = WebApp;

/** What a cluster may change of an app of this kind. */
export type OverlayOf<A extends App> = A extends WebApp ? WebAppOverlay : never;

/** What a cluster changes of an app. */
export type Overlay = OverlayOf<App>;

/** An app that serves HTTP from an image. */
export function webApp(props: WebAppProps): WebApp {
  const defaults = {
    replicas: 1,
    env: {},
    secrets: {},
    args: [],
    readyPath: '/readyz',
    livePath: '/healthz',
    resources: { requests: { cpu: '20m', memory: '32Mi' }, limits: { memory: '256Mi' } },
  };
  return { ...withDefaults(defaults, props), type: 'web' };
}
