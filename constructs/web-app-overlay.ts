import type { ResourceQuantities, Resources, WebApp, WebAppOverlay } from '../model';
import { kustomizeFile, kustomizeFileName } from './kustomize-file';
import { literalEnv } from './literal';
import type { Tree } from './tree';

const patchName = 'deployment-patch.yaml';

/** The overlay of a web app in one cluster: only what differs from the app's base. */
export function webAppOverlay(name: string, app: WebApp, overlay: WebAppOverlay): Tree {
  const { tag = app.tag, replicas = app.replicas } = overlay;
  const patch = deploymentPatch(name, app, overlay);
  const file = kustomizeFile({
    resources: ['../../base'],
    images: tag === app.tag ? [] : [{ name: app.image, newTag: tag }],
    replicas: replicas === app.replicas ? [] : [{ name, count: replicas }],
    patches: patch ? [{ path: patchName }] : [],
  });
  return new Map([[kustomizeFileName, file], ...(patch ? [[patchName, patch] as const] : [])]);
}

/** A strategic merge: containers and variables are found by their names. */
function deploymentPatch(name: string, app: WebApp, overlay: WebAppOverlay): object | undefined {
  const env = literalEnv(differing(app.env, overlay.env) ?? {});
  const resources = differingResources(app.resources, overlay.resources);
  if (env.length === 0 && !resources) return undefined;
  const container = { name, ...(env.length > 0 && { env }), ...(resources && { resources }) };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: name },
    spec: { template: { spec: { containers: [container] } } },
  };
}

function differingResources(own: Resources, changed: Resources = {}): Resources | undefined {
  const requests = differing(own.requests, changed.requests);
  const limits = differing(own.limits, changed.limits);
  return requests || limits ? { ...(limits && { limits }), ...(requests && { requests }) } : undefined;
}

/** The changed values that are not the app's own already, sorted by name. */
function differing<V extends Readonly<Record<string, string>> | ResourceQuantities>(
  own: V = {} as V,
  changed: V = {} as V,
): Record<string, string> | undefined {
  const had = new Map(Object.entries(own));
  const entries = Object.entries(changed as Record<string, string>).filter(([key, value]) => had.get(key) !== value);
  return entries.length > 0 ? Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))) : undefined;
}
