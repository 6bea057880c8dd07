import { managedBy, tenantLabel } from '../model';

export function appLabels(fleet: string, app: string): Record<string, string> {
  return {
    ...selectorLabels(app),
    'app.kubernetes.io/part-of': fleet,
    'app.kubernetes.io/managed-by': managedBy,
  };
}

/** Labels that select an app's pods. They must never change, because a Deployment's selector is immutable. */
export function selectorLabels(app: string): Record<string, string> {
  return { 'app.kubernetes.io/name': app };
}

export function tenantLabels(fleet: string, tenant: string): Record<string, string> {
  return {
    [tenantLabel]: tenant,
    'app.kubernetes.io/part-of': fleet,
    'app.kubernetes.io/managed-by': managedBy,
  };
}
