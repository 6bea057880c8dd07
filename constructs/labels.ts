/** Labels of every generated object of an app. */
export function appLabels(fleet: string, app: string): Record<string, string> {
  return {
    ...selectorLabels(app),
    'app.kubernetes.io/part-of': fleet,
    'app.kubernetes.io/managed-by': 'flux-fleet',
  };
}

/** Labels that select an app's pods. They must never change, because a Deployment's selector is immutable. */
export function selectorLabels(app: string): Record<string, string> {
  return { 'app.kubernetes.io/name': app };
}

/** The label of a Flux Kustomization with the app that it reconciles. */
export const appLabel = 'flux-fleet/app';

/** The label of a Flux Kustomization with its cluster. */
export const clusterLabel = 'flux-fleet/cluster';

/** The label of a tenant's objects with the tenant's name. */
export const tenantLabel = 'flux-fleet/tenant';

/** Labels of every generated object of a tenant. */
export function tenantLabels(fleet: string, tenant: string): Record<string, string> {
  return {
    [tenantLabel]: tenant,
    'app.kubernetes.io/part-of': fleet,
    'app.kubernetes.io/managed-by': 'flux-fleet',
  };
}
