import { mapValues } from '../defaults';
import { type Check, discriminatedUnion, type Rule } from '../validation/schema';
import { cdk8sAppKind } from './cdk8s-app';
import { helmAppKind } from './helm-app';
import type { AppKind } from './kind';
import { kustomizeAppKind } from './kustomize-app';
import { webAppKind } from './web-app';

/** Every kind of app, by the `type` of its apps. `constructs/apps` has another registry with the same keys. */
export const appKinds = { web: webAppKind, helm: helmAppKind, kustomize: kustomizeAppKind, cdk8s: cdk8sAppKind };

type Kinds = typeof appKinds;

/** An app of any kind. */
export type App = { [T in keyof Kinds]: Kinds[T] extends AppKind<infer A, unknown> ? A : never }[keyof Kinds];

/** The properties that a cluster can override of an app. */
export type OverlayOf<A extends App> = Kinds[A['type']] extends AppKind<unknown, infer Overlay> ? Overlay : never;

/** The properties that a cluster overrides of an app of any kind. */
export type Overlay = OverlayOf<App>;

/** The kind of an app; undefined for an unknown type. */
export function appKind(type: string): AppKind<App, Overlay> | undefined {
  return Object.hasOwn(appKinds, type) ? appKinds[type as keyof Kinds] : undefined;
}

/** An app of any kind that is registered. */
export const appRule: Rule<App> = (place, value) => {
  const schemas = mapValues(appKinds, ({ schema }): Check => schema);
  const union = {
    what: 'an app',
    example: "webApp({ image: 'ghcr.io/stefanprodan/podinfo', tag: '6.9.2', port: 9898 })",
  };
  return discriminatedUnion<App>(schemas, union)(place, value);
};
