import type { Cdk8sApp, Cdk8sAppOverlay } from './cdk8s-app';
import type { HelmApp, HelmAppOverlay } from './helm-app';
import type { KustomizeApp, KustomizeAppOverlay } from './kustomize-app';
import type { WebApp, WebAppOverlay } from './web-app';

/** What may be said of every app. */
export interface AppProps<After extends string = string> {
  /**
   * The apps and tenants that are ready in a cluster before this app is applied there.
   * @default - applied at once
   */
  readonly after?: readonly After[];
  /**
   * How long the app may take to be ready, as `90s` or `5m`. It has failed after that, and is tried again.
   * @default '3m'
   */
  readonly timeout?: string;
}

/** A level of the Pod Security Standards: https://kubernetes.io/docs/concepts/security/pod-security-standards */
export type PodSecurity = 'restricted' | 'baseline' | 'privileged';

/**
 * When custom resources of a kind are ready, each in CEL over the object: `status.phase == 'Bound'`.
 *
 * https://fluxcd.io/flux/components/kustomize/kustomizations/#health-check-expressions
 */
export interface HealthCheck {
  readonly apiVersion: string;
  readonly kind: string;
  /** True of an object that is ready. */
  readonly current: string;
  /** True of one that may still become so. @default - whatever is not `current` and not `failed` */
  readonly inProgress?: string;
  /** True of one that will not. @default - none */
  readonly failed?: string;
}

/** What may be said of every app whose objects are not made here. */
export interface ObjectsAppProps<After extends string = string> extends AppProps<After> {
  /**
   * What the app's pods may do: its namespace enforces it.
   * @default 'restricted'
   */
  readonly podSecurity?: PodSecurity;
  /**
   * When the app's custom resources are ready. Kubernetes's own objects need none.
   * @default - as their `Ready` conditions say
   */
  readonly health?: readonly HealthCheck[];
}

/** Every kind of app. */
export type App = WebApp | HelmApp | KustomizeApp | Cdk8sApp;

/** What a cluster may change of an app of this kind. */
export type OverlayOf<A extends App> = A extends WebApp
  ? WebAppOverlay
  : A extends HelmApp
    ? HelmAppOverlay
    : A extends KustomizeApp
      ? KustomizeAppOverlay
      : Cdk8sAppOverlay;

/** What a cluster changes of an app. */
export type Overlay = OverlayOf<App>;
