import type { Construct } from 'constructs';
import type { ObjectsAppProps } from './app';
import { withDefaults } from '../defaults';
import type { KustomizeAppOverlay } from './kustomize-app';
import type { InSecret } from '../secrets/secret';

/** What may be said of an app that is a cdk8s construct. */
export interface Cdk8sAppProps<After extends string = string> extends ObjectsAppProps<After> {
  /** Makes the objects in a cdk8s chart: `(scope) => { new Cache(scope, 'cache'); }`. Each has to have a name. */
  readonly construct: (scope: Construct) => void;
  /**
   * The keys of the Secret of the app's name in its namespace, which the objects name: `{ token: inSecret() }`.
   * @default - none
   */
  readonly secrets?: Readonly<Record<string, InSecret>>;
}

/** What a cluster may change of a {@link Cdk8sApp}. */
export type Cdk8sAppOverlay = KustomizeAppOverlay;

/** The objects of a cdk8s construct, and a Namespace of the app's name. */
export interface Cdk8sApp<After extends string = string> extends Required<Cdk8sAppProps<After>> {
  readonly type: 'cdk8s';
}

/** Any cdk8s construct of the user's own as an app: https://cdk8s.io */
export function cdk8sApp<const After extends string = never>(props: Cdk8sAppProps<After>): Cdk8sApp<NoInfer<After>> {
  const defaults = { after: [], timeout: '3m', podSecurity: 'restricted' as const, health: [], secrets: {} };
  return { ...withDefaults(defaults, props), type: 'cdk8s' };
}
