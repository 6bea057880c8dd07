/** Labels of every object that is generated for an app. */
export function appLabels(fleet: string, app: string): Record<string, string> {
  return {
    ...selectorLabels(app),
    'app.kubernetes.io/part-of': fleet,
    'app.kubernetes.io/managed-by': 'flux-fleet',
  };
}

/** Labels that find an app's pods. A Deployment's selector is immutable: these never change. */
export function selectorLabels(app: string): Record<string, string> {
  return { 'app.kubernetes.io/name': app };
}

/** The label of a Flux Kustomization that says which app it reconciles. */
export const appLabel = 'flux-fleet/app';

/** The label of a Flux Kustomization that says which cluster it is for. */
export const clusterLabel = 'flux-fleet/cluster';

/** The label of what is a tenant's, which says whose. */
export const tenantLabel = 'flux-fleet/tenant';

/** Labels of every object that is generated for a tenant. */
export function tenantLabels(fleet: string, tenant: string): Record<string, string> {
  return {
    [tenantLabel]: tenant,
    'app.kubernetes.io/part-of': fleet,
    'app.kubernetes.io/managed-by': 'flux-fleet',
  };
}
