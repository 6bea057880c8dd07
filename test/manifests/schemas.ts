import { HelmRelease } from '@kubernetes-models/flux-cd/helm.toolkit.fluxcd.io/v2/HelmRelease';
import { Kustomization } from '@kubernetes-models/flux-cd/kustomize.toolkit.fluxcd.io/v1/Kustomization';
import { Alert } from '@kubernetes-models/flux-cd/notification.toolkit.fluxcd.io/v1beta3/Alert';
import { Provider } from '@kubernetes-models/flux-cd/notification.toolkit.fluxcd.io/v1beta3/Provider';
import { GitRepository } from '@kubernetes-models/flux-cd/source.toolkit.fluxcd.io/v1/GitRepository';
import { HelmRepository } from '@kubernetes-models/flux-cd/source.toolkit.fluxcd.io/v1/HelmRepository';
import { OCIRepository } from '@kubernetes-models/flux-cd/source.toolkit.fluxcd.io/v1/OCIRepository';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { Role } from 'kubernetes-models/rbac.authorization.k8s.io/v1/Role';
import { RoleBinding } from 'kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { CronJob } from 'kubernetes-models/batch/v1/CronJob';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import { LimitRange } from 'kubernetes-models/v1/LimitRange';
import { ResourceQuota } from 'kubernetes-models/v1/ResourceQuota';
import { Secret } from 'kubernetes-models/v1/Secret';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { Service } from 'kubernetes-models/v1/Service';

/** The schemas of what a fleet is made of: of Kubernetes 1.36, and of Flux. */
const models = [
  Namespace,
  CronJob,
  ConfigMap,
  Service,
  Deployment,
  Ingress,
  Secret,
  Kustomization,
  HelmRelease,
  HelmRepository,
  OCIRepository,
  Alert,
  Provider,
  GitRepository,
  NetworkPolicy,
  Role,
  RoleBinding,
  LimitRange,
  ResourceQuota,
  ServiceAccount,
];

/** What Flux 2.9.4 knows, and the schemas do not yet. */
const newer = /^HelmRelease\/spec\/valuesFrom\/\d+\/literal$/;

/** The group of the custom resources that tests make up. */
const madeUp = 'example.com/';

/**
 * What is wrong with an object by its schema; none when it is sound. A key that the schema does not
 * know counts, as it does to an API server that is asked for strict validation.
 */
export function schemaErrors(object: object): string[] {
  const { apiVersion, kind } = object as { apiVersion: string; kind: string };
  const model = models.find((each) => each.apiVersion === apiVersion && each.kind === kind);
  if (apiVersion.startsWith(madeUp) || kind === 'CustomResourceDefinition') return [];
  if (!model) return [`no schema of ${apiVersion} ${kind} is known to this test`];
  const unread = new Set<string>();
  try {
    (model.prototype as { validate(): void }).validate.call(watched(object, '', unread));
  } catch (error) {
    return [(error as Error).message];
  }
  const unknown = [...unread].filter((place) => !place.startsWith('/spec/values/') && !newer.test(`${kind}${place}`));
  return unknown.map((place) => `${place}: unknown field`);
}

/**
 * The object, with a note of each key that nobody has read. The validators say nothing of unknown
 * keys, but they read every key that they know: what is left is unknown.
 */
function watched(value: unknown, place: string, unread: Set<string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value);
  if (!Array.isArray(value)) for (const key of keys) unread.add(`${place}/${key}`);
  const children = Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, watched(child, `${place}/${key}`, unread)]),
  );
  return new Proxy(value, {
    get(target, key) {
      unread.delete(`${place}/${String(key)}`);
      return typeof key === 'string' && Object.hasOwn(children, key)
        ? children[key]
        : (Reflect.get(target, key) as unknown);
    },
  });
}
