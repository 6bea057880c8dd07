import { thisOwner } from '../../machine/clone';
import { localPath } from '../../machine/paths';
import type { StateResource } from '../../machine/pulumi-state';
import {
  clusterLabel,
  type Fleet,
  FleetError,
  fluxNamespace,
  fluxRoot,
  labelledOwner,
  localPaths,
  ownerLabels,
} from '../../model';
import { clusterTarget } from '../../stacks/clusters';
import type { ClusterRecord } from '../../stacks/clusters/record';
import { ClusterClient } from '../cluster-client';
import type { Deletion } from '../deletion';
import { isKubeconfig } from '../kubeconfig';
import { type ApiObject, type KubernetesApi, type ObjectHeader, unlessMissing } from '../kubernetes/api';
import { reach, reachTimeout, unreachable } from '../reach';
import { waitUntil } from '../wait';
import { existingClient, uidOf } from './examine';

/** The removal of Flux from a cluster that stays, as `--allow-delete` takes it. */
export function withdrawal(cluster: string): Deletion {
  const reason =
    'Flux and its keys; the cluster and its apps stay, and nothing keeps the apps equal to Git from then on';
  return { id: `flux/${cluster}`, reason };
}

export interface WithdrawProps {
  readonly fleet: Fleet;
  readonly name: string;
  readonly record: ClusterRecord;
  /** What the cluster's stack has made. */
  readonly resources: readonly StateResource[];
  readonly report: (doing: string) => void;
}

/**
 * Removes from a cluster that somebody else made what this fleet brought there: Flux with its definitions and its namespace,
 * and the fleet's own objects in it. What Flux has applied stays. A Flux that was there before stays as well, and so does a
 * cluster that another clone has taken over in the meantime.
 *
 * @throws FleetError when it does not answer, or something cannot be removed
 */
export async function withdraw(props: WithdrawProps): Promise<void> {
  const { fleet, name, record } = props;
  const api = await clientOf(props);
  const namespace = await api.read(flux('v1', 'Namespace')).catch(unlessMissing);
  const owner = labelledOwner(namespace?.metadata.annotations);
  if (owner && owner.clone !== thisOwner(fleet.name).clone)
    return props.report('left as it is, because another clone has taken it over');
  const own = headersOf(props.resources);
  if (record.adopted.includes('flux'))
    await removeFrom(
      api,
      name,
      own.filter(({ isFlux }) => !isFlux),
    );
  else await removeFlux(api, props, own);
  const isKept = record.adopted.length > 0 && namespace !== undefined;
  if (isKept) await unmark(api);
}

/** An API of the very cluster that the fleet was brought into, by the credentials of now or those of then. */
async function clientOf({ fleet, name, record }: WithdrawProps): Promise<KubernetesApi> {
  const written = localPath(localPaths.kubeconfig(name));
  const ways = [
    () => (Object.hasOwn(fleet.clusters, name) ? existingClient(clusterTarget(fleet, name)) : undefined),
    () => (isKubeconfig(written) ? new ClusterClient(name, written, reachTimeout) : undefined),
  ];
  let reason = 'its kubeconfig is missing';
  for (const way of ways) {
    try {
      const api = way()?.objects;
      if (api && (await reach(() => uidOf(api))) === record.uid) return api;
      if (api) reason = 'the kubeconfig leads to another cluster now';
    } catch (error) {
      reason = error instanceof FleetError ? error.problems[0]!.problem : unreachable(error);
    }
  }
  throw new FleetError({
    place: `cluster ${name}`,
    problem: `it does not answer (${reason}), so Flux cannot be removed from it`,
    next: `Run \`npm run down\` again when it answers, or \`npm run down -- --leave ${name}\`, which leaves it as it is`,
  });
}

interface Header {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  /** Whether it is a part of Flux's own installation. */
  readonly isFlux: boolean;
}

function headersOf(resources: readonly StateResource[]): Header[] {
  return resources
    .filter(({ type, inputs }) => type.startsWith('kubernetes:') && inputs?.['kind'] !== undefined)
    .map(({ urn, inputs }) => {
      const { apiVersion, kind, metadata } = inputs as unknown as Header;
      const { name, namespace } = metadata;
      return { apiVersion, kind, metadata: { name, namespace }, isFlux: urn.includes('flux-fleet:cluster:Flux$') };
    });
}

/** Removes the fleet's objects from a Flux that stays, with what it applied. */
async function removeFrom(api: KubernetesApi, cluster: string, own: readonly Header[]): Promise<void> {
  const kind = 'Kustomization';
  const apiVersion = 'kustomize.toolkit.fluxcd.io/v1';
  // The root first, which would make the others again.
  await release(api, { apiVersion, kind, metadata: { name: fluxRoot, namespace: fluxNamespace } });
  const query = { labelSelector: `${clusterLabel}=${cluster}` };
  const units = await api.list(apiVersion, kind, { namespace: fluxNamespace, query }).catch(unlessMissing);
  await Promise.all((units?.items ?? []).map(({ metadata }) => release(api, { apiVersion, kind, metadata })));
  await Promise.all(own.map((header) => api.remove(header)));
}

/** Removes a Flux Kustomization, and none of what it has applied, whether its controller runs or not. */
async function release(api: KubernetesApi, { metadata, ...header }: ObjectHeader): Promise<void> {
  const { name, namespace } = metadata ?? {};
  const change = { metadata: { name, namespace, finalizers: null }, spec: { deletionPolicy: 'Orphan', suspend: true } };
  await api.merge({ ...header, ...change }).catch(unlessMissing);
  await api.remove({ ...header, metadata: { name, namespace } });
}

/**
 * Removes Flux in the order of `flux uninstall`: first what acts, then the finalizers that nobody would act on, then the
 * definitions with their objects, and the namespace.
 */
async function removeFlux(
  api: KubernetesApi,
  { name, record, report }: WithdrawProps,
  own: readonly Header[],
): Promise<void> {
  report('stopping Flux');
  const inNamespace = { namespace: fluxNamespace };
  const all = async (apiVersion: string, kind: string) => (await api.list(apiVersion, kind, inNamespace)).items;
  const deployments = own.filter(({ kind }) => kind === 'Deployment');
  const isOurs = (object: ApiObject) =>
    deployments.some((one) => one.metadata.name === object.metadata.name) || isOfInstance(object);
  const stopped = (await all('apps/v1', 'Deployment')).filter(isOurs);
  await Promise.all(stopped.map((object) => api.remove(object)));
  const apps = stopped.map(({ metadata }) => metadata.name);
  const ended = new Set<string | undefined>();
  await gone(name, async () => {
    const pods = (await all('v1', 'Pod')).filter(({ metadata }) => apps.includes(metadata.labels?.['app'] ?? ''));
    // helm-controller may take ten minutes to end by itself.
    const asked = pods.filter(({ metadata }) => !ended.has(metadata.uid));
    await Promise.all(
      asked.map((pod) => api.remove(pod, { gracePeriodSeconds: '30' }).then(() => ended.add(pod.metadata.uid))),
    );
    return pods.map(({ metadata }) => `the pod ${metadata.name} still runs`);
  });
  report('removing the definitions of Flux');
  const definitions = await definitionsOf(api, own);
  await Promise.all(definitions.map((definition) => dropFinalizers(api, definition)));
  await Promise.all(definitions.map((definition) => api.remove(definition)));
  await gone(name, async () =>
    (await definitionsOf(api, own)).map(({ metadata }) => `the definition ${metadata.name} is still there`),
  );
  report('removing what is left of Flux');
  const isNamespace = ({ kind }: Header) => kind === 'Namespace';
  await Promise.all(own.filter((header) => !isNamespace(header)).map((header) => api.remove(header)));
  if (record.adopted.includes('namespace')) return;
  await api.remove(flux('v1', 'Namespace'));
  await gone(name, async () =>
    (await api.read(flux('v1', 'Namespace')).catch(unlessMissing))
      ? [`the namespace ${fluxNamespace} is still there`]
      : [],
  );
}

type Definition = ApiObject & {
  readonly spec?: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly storage?: boolean }[];
  };
};

/** The definitions that the stack has made, and those that the Flux Operator has made for it. */
async function definitionsOf(api: KubernetesApi, own: readonly Header[]): Promise<Definition[]> {
  const names = own.filter(({ kind }) => kind === 'CustomResourceDefinition').map(({ metadata }) => metadata.name);
  const { items } = await api.list<Definition>('apiextensions.k8s.io/v1', 'CustomResourceDefinition');
  return items.filter((definition) => names.includes(definition.metadata.name) || isOfInstance(definition));
}

const isOfInstance = ({ metadata }: ApiObject) =>
  metadata.labels?.['fluxcd.controlplane.io/name'] !== undefined &&
  metadata.labels['fluxcd.controlplane.io/namespace'] === fluxNamespace;

async function dropFinalizers(api: KubernetesApi, { spec }: Definition): Promise<void> {
  const version = spec?.versions.find(({ storage }) => storage) ?? spec?.versions[0];
  if (!spec || !version) return;
  const [apiVersion, kind] = [`${spec.group}/${version.name}`, spec.names.kind];
  const objects = await api.list(apiVersion, kind).catch(unlessMissing);
  const held = (objects?.items ?? []).filter(({ metadata }) => (metadata.finalizers ?? []).length > 0);
  const drop = ({ metadata: { name, namespace } }: ApiObject) =>
    api
      .merge({ apiVersion, kind, metadata: { name, namespace, finalizers: null } } as ObjectHeader)
      .catch(unlessMissing);
  await Promise.all(held.map(drop));
}

/** Takes the fleet's marks off the namespace of Flux. */
async function unmark(api: KubernetesApi): Promise<void> {
  const marks = Object.keys(ownerLabels({ fleet: '-', clone: '-', directory: '-', adopted: ['-'] }));
  const annotations = Object.fromEntries(marks.map((mark) => [mark, null]));
  await api.merge({ ...flux('v1', 'Namespace'), metadata: { name: fluxNamespace, annotations } } as ObjectHeader);
}

const flux = (apiVersion: string, kind: string) => ({ apiVersion, kind, metadata: { name: fluxNamespace } });

async function gone(name: string, missing: () => Promise<readonly string[]>): Promise<void> {
  const next = 'Run `npm run down` again; if it stays, see what holds it with `kubectl get … -o yaml`';
  await waitUntil({ place: `cluster ${name}`, timeout: 90_000, missing, next });
}
