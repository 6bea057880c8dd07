import { type Controllers, patchSteps, type ResourceQuantities, type Resources, type TargetedPatch } from '../../model';
import type { FluxSettings, KubernetesObject } from './manifest';

/** Arguments by the controller that gets them. */
type Arguments = Readonly<Record<string, readonly string[]>>;

const noCrossNamespaceReferences = '--no-cross-namespace-refs=true';
// Who says nothing is reconciled as a service account that may do nothing.
const defaultServiceAccount = '--default-service-account=default';

/** What locks Flux down: https://fluxcd.io/flux/installation/configuration/multitenancy */
const lockDown: Arguments = {
  'kustomize-controller': [noCrossNamespaceReferences, '--no-remote-bases=true', defaultServiceAccount],
  'helm-controller': [noCrossNamespaceReferences, defaultServiceAccount],
  'notification-controller': [noCrossNamespaceReferences],
};

// A commit that fixes what the one before it broke is applied at once, and not when the old health check times out.
const cancelHealthChecks = '--feature-gates=CancelHealthCheckOnNewRevision=true';
// By default, what waits for something else is looked at again after 30 s: at each commit every app waits for the root.
// A look costs the cluster some 9 ms of CPU time.
const lookAgain = '--requeue-dependency=500ms';

/**
 * What lets a new commit be applied without delay. helm-controller is told when a chart is ready: would it look as well, the
 * message could come in the middle of an installation, and cancel it.
 */
const promptness: Arguments = {
  'kustomize-controller': [cancelHealthChecks, lookAgain],
  'helm-controller': [cancelHealthChecks],
};

type Container = { readonly name: string; readonly args?: readonly string[]; readonly resources?: Resources };
type DeploymentSpec = { readonly template: { readonly spec: { readonly containers: readonly Container[] } } };

/** An object of Flux's manifest, as it is in a fleet's cluster: a controller gets its further arguments and its size. */
export function configured(object: KubernetesObject, settings: FluxSettings = {}): KubernetesObject {
  return settings.platform === 'openshift'
    ? forOpenShift(withArguments(object, settings))
    : withArguments(object, settings);
}

/** No controller names a user: OpenShift gives each pod one. The operator does the same, from `cluster.type`. */
function forOpenShift(object: KubernetesObject): KubernetesObject {
  const copy = structuredClone(object) as KubernetesObject & {
    metadata: { labels?: Record<string, string> };
    spec: {
      template: { spec: { securityContext?: object; containers: { securityContext?: Record<string, unknown> }[] } };
    };
  };
  if (copy.kind === 'Namespace') {
    // Its own admission is stricter than this warning knows.
    for (const label of Object.keys(copy.metadata.labels ?? {}))
      if (label.startsWith('pod-security.kubernetes.io/warn')) delete copy.metadata.labels![label];
  }
  if (copy.kind === 'Deployment') {
    const pod = copy.spec.template.spec;
    delete pod.securityContext;
    for (const { securityContext = {} } of pod.containers)
      for (const key of ['runAsNonRoot', 'runAsUser', 'runAsGroup', 'seccompProfile']) delete securityContext[key];
  }
  return copy;
}

function withArguments(object: KubernetesObject, { controllers = {} }: FluxSettings): KubernetesObject {
  const name = object.kind === 'Deployment' ? object.metadata.name : '';
  const more = [...(lockDown[name] ?? []), ...(promptness[name] ?? []), ...concurrency(name, controllers)];
  const resources = sizeOf(name, controllers)?.resources;
  if (more.length === 0 && !resources) return object;
  const { spec } = object as KubernetesObject & { readonly spec: DeploymentSpec };
  const containers = spec.template.spec.containers.map((container) =>
    container.name === 'manager'
      ? { ...container, args: [...(container.args ?? []), ...more], ...(resources && sized(container, resources)) }
      : container,
  );
  const template = { ...spec.template, spec: { ...spec.template.spec, containers } };
  return { ...object, spec: { ...spec, template } } as KubernetesObject;
}

const sizeOf = (name: string, controllers: Controllers) => controllers[name as keyof Controllers];

function concurrency(name: string, controllers: Controllers): string[] {
  const concurrent = sizeOf(name, controllers)?.concurrent;
  return concurrent === undefined ? [] : [`--concurrent=${concurrent}`];
}

function sized({ resources }: Container, { requests, limits }: Resources = {}): Pick<Container, 'resources'> {
  return {
    resources: {
      ...resources,
      requests: { ...resources?.requests, ...requests },
      limits: { ...resources?.limits, ...limits },
    },
  };
}

/** The same for a FluxInstance, which locks Flux down by itself: https://fluxcd.control-plane.io/operator/flux-kustomize */
export function instancePatches(controllers: Controllers = {}, shards: readonly string[] = []) {
  // The Deployments of a shard have its name at their end. A target is a regular expression.
  const end = shards.length > 0 ? `(-(${shards.join('|')}))?` : '';
  const names = [...new Set([...Object.keys(promptness), ...Object.keys(controllers)])];
  return names.flatMap((name) => {
    const container = '/spec/template/spec/containers/0';
    const more = [...(promptness[name] ?? []), ...concurrency(name, controllers)];
    const { requests = {}, limits = {} } = sizeOf(name, controllers)?.resources ?? {};
    const quantities = Object.entries<ResourceQuantities>({ requests, limits }).flatMap(([of, amounts]) =>
      Object.entries<string>({ ...amounts }).map(([what, value]) => [`${container}/resources/${of}/${what}`, value]),
    );
    const changes = [...more.map((value) => [`${container}/args/-`, value]), ...quantities];
    const patch = JSON.stringify(changes.map(([path, value]) => ({ op: 'add', path, value })));
    return changes.length > 0 ? [{ target: { kind: 'Deployment', name: `${name}${end}` }, patch }] : [];
  });
}

/** The user's patches as the operator takes them: a text for each step, in JSON. */
export function userPatches(patches: readonly TargetedPatch[]) {
  return patches.flatMap(({ target, patch }) =>
    patchSteps(patch).map((step) => ({
      target,
      patch: JSON.stringify(Array.isArray(step) ? step : { ...anyObject, ...step }),
    })),
  );
}

/** What a part of an object must have to be one. The target says which objects it is for. */
const anyObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'any' } };
