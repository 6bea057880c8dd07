import { Registry } from '../registry';
import type { AppModel } from './app';
import { cdk8sAppModel } from './cdk8s-app';
import { helmAppModel } from './helm-app';
import { kustomizeAppModel } from './kustomize-app';
import { webAppModel } from './web-app';

export type * from './app-props';
export * from './cdk8s-app';
export * from './chart';
export * from './helm-app';
export type * from './helm-values';
export * from './image';
export * from './kustomize-app';
export * from './post-build';
export type * from './resources';
export * from './web-app';

/** Every kind of app, by the `type` of its apps. `constructs/apps` has another registry with the same keys. */
const models = { web: webAppModel, helm: helmAppModel, kustomize: kustomizeAppModel, cdk8s: cdk8sAppModel };

type Models = typeof models;

/** An app of any kind. */
export type App = { [T in keyof Models]: Models[T] extends AppModel<infer A, unknown> ? A : never }[keyof Models];

/** The properties of an app that a cluster can override. */
export type OverlayOf<A extends App> = Models[A['type']] extends AppModel<unknown, infer Overlay> ? Overlay : never;

/** The properties of an app of any kind that a cluster can override. */
export type Overlay = OverlayOf<App>;

export const appModels = new Registry<AppModel<App, Overlay>>('app', models);
