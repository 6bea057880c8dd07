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

/** Every kind of app. */
export type App = WebApp;

/** What a cluster may change of an app of this kind. */
export type OverlayOf<A extends App> = A extends WebApp ? WebAppOverlay : never;

/** What a cluster changes of an app. */
export type Overlay = OverlayOf<App>;
