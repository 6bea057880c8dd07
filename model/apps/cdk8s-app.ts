import type { Construct } from 'constructs';
import { type Complete, withDefaults } from '../defaults';
import type { InSecret, Secrets } from '../secrets/secret';
import * as v from '../validation/schema';
import { appliedAppDefaults, type AppliedAppProps, appliedAppRules } from './app-props';
import type { AppModel } from './app';
import {
  type Cdk8sAppOverlay,
  inSecrets,
  objectsOverlayProblems,
  objectsOverlayRules,
  objectsVersion,
} from './kustomize-app';

export interface Cdk8sAppProps<After extends string = string> extends AppliedAppProps<After> {
  /** Adds the objects to a cdk8s chart: `(scope) => { new Cache(scope, 'cache'); }`. Each object must have a name. */
  readonly construct: (scope: Construct) => void;
  /**
   * The keys of the Secret with the app's name, to which the objects refer: `{ token: inSecret() }`.
   * @default - none
   */
  readonly secrets?: Secrets<InSecret>;
}

/** The objects of a cdk8s construct, and a Namespace with the app's name. */
export interface Cdk8sApp<After extends string = string> extends Complete<Cdk8sAppProps<After>, 'postBuild' | 'shard'> {
  readonly type: 'cdk8s';
}

/** A cdk8s construct of the user's as an app: https://cdk8s.io */
export function cdk8sApp<const After extends string = never>(props: Cdk8sAppProps<After>): Cdk8sApp<NoInfer<After>> {
  return { ...withDefaults(appliedAppDefaults, props), type: 'cdk8s' };
}

export const cdk8sAppModel: AppModel<Cdk8sApp, Cdk8sAppOverlay> = {
  schema: v.schema<Cdk8sAppProps>({
    construct: v.custom(
      (value) => typeof value === 'function',
      'construct',
      'Write a function, as in `(scope) => { … }`',
    ),
    ...appliedAppRules,
    secrets: v.optional(inSecrets),
  }),
  overlaySchema: v.schema<Cdk8sAppOverlay>(objectsOverlayRules),
  checkOverlay: objectsOverlayProblems,
  version: objectsVersion,
};
