import { fluxNamespace, fluxRoot } from '../../model';
import { type ApiObject, type KubernetesApi, unlessMissing } from '../kubernetes/api';

/** What there is of Flux in a cluster, whoever installed it. */
export interface FluxThere {
  readonly namespace?: ApiObject;
  /** The definition by which Flux itself knows of which version it is. */
  readonly definition?: ApiObject;
  readonly controllers: readonly ApiObject[];
  /** The object from which the Flux Operator installs it. */
  readonly instance?: ApiObject;
  /** The Flux Kustomization that syncs the cluster, under the name that the fleet's has as well. */
  readonly root?: ApiObject;
}

const definitions = 'apiextensions.k8s.io/v1';

export async function fluxThere(api: KubernetesApi): Promise<FluxThere> {
  const find = (apiVersion: string, kind: string, metadata: { name: string; namespace?: string }) =>
    api.read<ApiObject>({ apiVersion, kind, metadata }).catch(unlessMissing);
  const labelSelector = 'app.kubernetes.io/part-of=flux';
  const [namespace, definition, { items: controllers }, instances, root] = await Promise.all([
    find('v1', 'Namespace', { name: fluxNamespace }),
    find(definitions, 'CustomResourceDefinition', { name: 'gitrepositories.source.toolkit.fluxcd.io' }),
    api.list('apps/v1', 'Deployment', { query: { labelSelector } }),
    api.list('fluxcd.controlplane.io/v1', 'FluxInstance').catch(unlessMissing),
    find('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', { name: fluxRoot, namespace: fluxNamespace }),
  ]);
  return { namespace, definition, controllers, instance: instances?.items[0], root };
}

export function isEmpty({ namespace, definition, controllers, instance }: FluxThere): boolean {
  return !namespace && !hasFlux({ definition, controllers, instance });
}

/** Whether there is more than its namespace. */
export function hasFlux({ definition, controllers, instance }: FluxThere): boolean {
  return Boolean(definition ?? instance) || controllers.length > 0;
}

/** `Flux 2.7.0 in the namespace flux-system, installed by the Helm release flux of the namespace flux-system`. */
export function described({ definition, controllers, instance }: FluxThere): string {
  const objects = [definition, ...controllers].filter((object) => object !== undefined);
  const version = versionOf({ definition, controllers }) ?? images(controllers);
  const places = [...new Set(controllers.map(({ metadata }) => metadata.namespace))];
  const where = places.length > 0 ? ` in the namespace ${places.join(', ')}` : ', without controllers';
  const by = instance ? `the Flux Operator, from the FluxInstance ${pathOf(instance)}` : installer(objects);
  return `Flux${version ? ` ${version}` : ''}${where}${by ? `, installed by ${by}` : ''}`;
}

/** The version of Flux, as its own label has it. */
export function versionOf({ definition, controllers }: FluxThere): string | undefined {
  const objects = [definition, ...controllers].filter((object) => object !== undefined);
  return label(objects, 'app.kubernetes.io/version')?.replace(/^v/, '');
}

/** Who installed Flux, by the marks that each installer leaves. */
function installer(objects: readonly ApiObject[]): string | undefined {
  const release = annotation(objects, 'meta.helm.sh/release-name');
  if (release)
    return `the Helm release ${release} of the namespace ${annotation(objects, 'meta.helm.sh/release-namespace')}`;
  const kustomization = label(objects, 'kustomize.toolkit.fluxcd.io/name');
  if (kustomization) return `\`flux bootstrap\`, from the Flux Kustomization ${kustomization}`;
  const managers = objects.flatMap(({ metadata }) => metadata.managedFields ?? []).map(({ manager = '' }) => manager);
  // What Kubernetes itself writes, and Flux's own controllers, is nobody's installation.
  const found = managers.find((manager) => manager && !/^kube-|-controller$/.test(manager));
  return found === 'flux' ? '`flux install`' : found;
}

function images(controllers: readonly ApiObject[]): string | undefined {
  const all = controllers.flatMap((controller) => {
    const { spec } = controller as ApiObject & { readonly spec?: PodOwner };
    return spec?.template?.spec?.containers?.map(({ image = '' }) => image.split('/').at(-1)!) ?? [];
  });
  return all.length > 0 ? `(${all.join(', ')})` : undefined;
}

interface PodOwner {
  readonly template?: { readonly spec?: { readonly containers?: readonly { readonly image?: string }[] } };
}

const pathOf = ({ metadata }: ApiObject) => `${metadata.namespace}/${metadata.name}`;
const label = (objects: readonly ApiObject[], key: string) =>
  objects.map(({ metadata }) => metadata.labels?.[key]).find((value) => value !== undefined);
const annotation = (objects: readonly ApiObject[], key: string) =>
  objects.map(({ metadata }) => metadata.annotations?.[key]).find((value) => value !== undefined);
