import { App as Scope } from 'cdk8s';
import type { WebApp, WebAppOverlay } from '../../../model';
import { baseOf, objectsOf } from '../base';
import type { AppRenderer } from '../kind';
import { WebAppBase } from './base';
import { webAppChanges } from './changes';

export const webRenderer: AppRenderer<WebApp, WebAppOverlay> = {
  base: ({ fleet, name, app }) => baseOf(objectsOf(new WebAppBase(new Scope(), name, { app, fleet: fleet.name }))),
  changes: webAppChanges,
  readiness: ({ timeout }) => ({ timeout, health: [] }),
};
