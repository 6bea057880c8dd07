import { managedBy, tenantLabel } from '../model';

/** Labels of every object that is generated for an app. */
export function appLabels(fleet: string, app: string): Record<string, string> {
  return {
    ...selectorLabels(app),
    'app.kubernetes.io/part-of': fleet,
    'app.kubernetes.io/managed-by': managedBy,
  };
}

/** Labels that find an app's pods. A Deployment's selector is immutable: these never change. */
export function selectorLabels(app: string): Record<string, string> {
  return { 'app.kubernetes.io/name': app };
}

/** Labels of every object that is generated for a tenant. */
export function tenantLabels(fleet: string, tenant: string): Record<string, string> {
  return {
    [tenantLabel]: tenant,
    'app.kubernetes.io/part-of': fleet,
    'app.kubernetes.io/managed-by': managedBy,
  };
}
