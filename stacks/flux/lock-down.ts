import type { KubernetesObject } from './manifest';

const noCrossNamespaceReferences = '--no-cross-namespace-refs=true';
// Without a name, an object is reconciled by a service account that may do nothing.
const defaultServiceAccount = '--default-service-account=default';

/** The arguments that lock Flux down: https://fluxcd.io/flux/installation/configuration/multitenancy */
const lockDownArguments: Readonly<Record<string, readonly string[]>> = {
  'kustomize-controller': [noCrossNamespaceReferences, '--no-remote-bases=true', defaultServiceAccount],
  'helm-controller': [noCrossNamespaceReferences, defaultServiceAccount],
  'notification-controller': [noCrossNamespaceReferences],
};

interface Deployment extends KubernetesObject {
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly Container[] } } };
}
interface Container {
  readonly name: string;
  readonly args?: readonly string[];
}

/** An object of Flux's manifest, as it is in a cluster of several tenants: a controller gets its further arguments. */
export function lockedDown(object: KubernetesObject): KubernetesObject {
  const more = object.kind === 'Deployment' ? lockDownArguments[object.metadata.name] : undefined;
  if (!more) return object;
  const { spec } = object as Deployment;
  const containers = spec.template.spec.containers.map((container) =>
    container.name === 'manager' ? { ...container, args: [...(container.args ?? []), ...more] } : container,
  );
  const template = { ...spec.template, spec: { ...spec.template.spec, containers } };
  return { ...object, spec: { ...spec, template } } as KubernetesObject;
}
