import {
  imageIn,
  imageReference,
  type ResourceQuantities,
  type Resources,
  secretHashAnnotation,
  type WebApp,
  type WebAppOverlay,
} from '../../../model';
import { ingressSpec } from './base';
import { literalEnv } from './secrets';
import { imageChange } from '../../files/kustomize-file';
import type { KubernetesObject } from '../../files/object';
import { appLabels } from '../../labels';
import type { BaseChanges } from '../../patches/overlay';
import type { AppInCluster } from '../kind';

type WebAppInCluster = AppInCluster<WebApp, WebAppOverlay>;

export function webAppChanges(props: WebAppInCluster): BaseChanges {
  const { name, app, overlay } = props;
  const { image, tag, digest, replicas = app.replicas } = overlay;
  const sameImage = imageReference(imageIn(app, overlay)) === imageReference(app);
  const patch = deploymentPatch(props);
  const ingress = ingressChange(props);
  return {
    images: sameImage ? [] : [imageChange(app.image, { name: image, tag, digest })],
    replicas: replicas === app.replicas ? [] : [{ name, count: replicas }],
    patches: [...(patch ? [patch] : []), ...(ingress && app.hosts.length > 0 ? [ingress] : [])],
    resources: new Map(ingress && app.hosts.length === 0 ? [['ingress.yaml', ingress]] : []),
  };
}

/** What OpenShift sets itself: https://docs.redhat.com/en/documentation/openshift_container_platform (restricted-v2) */
const noUser = { securityContext: { runAsUser: null, runAsGroup: null, fsGroup: null } };

/** A strategic merge patch: containers and variables are found by name. */
function deploymentPatch({ name, app, overlay, platform, secretHash }: WebAppInCluster): KubernetesObject | undefined {
  const env = envPatch(app.env, overlay.env);
  const resources = differingResources(app.resources, overlay.resources);
  const container =
    env.length > 0 || resources ? { name, ...(env.length > 0 && { env }), ...(resources && { resources }) } : undefined;
  const spec = { ...(platform === 'openshift' && noUser), ...(container && { containers: [container] }) };
  const template = {
    ...(secretHash !== undefined && { metadata: { annotations: { [secretHashAnnotation]: secretHash } } }),
    ...(Object.keys(spec).length > 0 && { spec }),
  };
  if (Object.keys(template).length === 0) return undefined;
  return object({ apiVersion: 'apps/v1', kind: 'Deployment', name }, { template });
}

/** The cluster's Ingress, or a patch that removes it; undefined if the cluster has the app's own hosts. */
function ingressChange({ name, app, overlay, fleet }: WebAppInCluster): KubernetesObject | undefined {
  const { hosts = app.hosts } = overlay;
  if (hosts.join() === app.hosts.join()) return undefined;
  const ingress = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name };
  if (hosts.length === 0) return { ...object(ingress), $patch: 'delete' } as KubernetesObject;
  const { rules, ingressClassName } = ingressSpec(name, { ...app, hosts });
  if (app.hosts.length > 0) return object(ingress, { rules });
  const spec = { ...(ingressClassName && { ingressClassName }), rules };
  return object(ingress, spec, appLabels(fleet.name, name));
}

type Header = Record<'apiVersion' | 'kind' | 'name', string>;

function object({ apiVersion, kind, name }: Header, spec?: object, labels?: object): KubernetesObject {
  const metadata = { name, namespace: name, ...(labels && { labels }) };
  return { apiVersion, kind, metadata, ...(spec && { spec }) };
}

function envPatch(own: WebApp['env'], changed: WebAppOverlay['env'] = {}): object[] {
  const removed = Object.keys(changed).filter((name) => changed[name] === null);
  const set = Object.fromEntries(Object.entries(changed).filter(([, value]) => typeof value === 'string'));
  return [
    ...literalEnv(differing(own, set as Record<string, string>) ?? {}),
    ...removed.map((name) => ({ name, $patch: 'delete' })),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function differingResources(own: Resources, changed: Resources = {}): Resources | undefined {
  const requests = differing(own.requests, changed.requests);
  const limits = differing(own.limits, changed.limits);
  return requests || limits ? { ...(limits && { limits }), ...(requests && { requests }) } : undefined;
}

/** The changed values that differ from the app's own, sorted by name; undefined if none does. */
function differing<V extends Readonly<Record<string, string>> | ResourceQuantities>(
  own: V = {} as V,
  changed: V = {} as V,
): Record<string, string> | undefined {
  const before = new Map(Object.entries(own));
  const entries = Object.entries(changed as Record<string, string>).filter(([key, value]) => before.get(key) !== value);
  return entries.length > 0 ? Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))) : undefined;
}
