import { fluxNamespace } from '../model';
import { answerTimeout } from './api-error';
import { KubernetesApi } from './kubernetes/api';

/** A condition: https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
  /** The generation of the object that the condition is about. */
  readonly observedGeneration?: number;
}

/** https://fluxcd.io/flux/components/kustomize/kustomizations/#source-reference */
interface SourceReference {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** What a Flux Kustomization has reconciled, or what Helm has released: the latest first. */
interface Snapshot {
  /** Of a Flux Kustomization: one entry for what was built and what came of it. */
  readonly lastReconciledStatus?: string;
  readonly firstReconciled?: string;
  readonly lastReconciled?: string;
  /** Of a HelmRelease: https://helm.sh/docs/helm/helm_status */
  readonly status?: string;
  readonly lastDeployed?: string;
  readonly chartVersion?: string;
  /** The artifact that the chart was in. Flux has its beginning in the version, as metadata. */
  readonly ociDigest?: string;
}

/** The common fields of Flux's objects: https://fluxcd.io/flux/components */
export interface FluxObject {
  readonly kind: FluxKind;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly generation: number;
    readonly deletionTimestamp?: string;
    readonly managedFields?: readonly { readonly manager?: string; readonly fieldsV1?: object }[];
  };
  readonly spec: {
    readonly path?: string;
    readonly suspend?: boolean;
    readonly dependsOn?: readonly { readonly name: string }[];
    readonly decryption?: object;
    /** The source of a Flux Kustomization or a HelmChart. */
    readonly sourceRef?: SourceReference;
    /** The source of a HelmRelease that names no chart. */
    readonly chartRef?: SourceReference;
    /** The namespace of a HelmRelease's objects, if it is not its own. */
    readonly targetNamespace?: string;
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly Condition[];
    readonly artifact?: { readonly revision: string };
    readonly lastAppliedRevision?: string;
    readonly lastAttemptedRevision?: string;
    readonly lastHandledReconcileAt?: string;
    /** What a Flux Kustomization has applied. `id` is `<namespace>_<name>_<group>_<kind>`, `v` the version. */
    readonly inventory?: { readonly entries: readonly { readonly id: string; readonly v: string }[] };
    readonly history?: readonly Snapshot[];
    /** The HelmChart of a HelmRelease: `<namespace>/<name>`. */
    readonly helmChart?: string;
    /** The revision of the source that a HelmChart was last read from. */
    readonly observedSourceArtifactRevision?: string;
  };
}

const source = { group: 'source.toolkit.fluxcd.io', version: 'v1' };

/** The kinds of Flux's objects that this project makes, or that Flux makes for them, as the API names them. */
export const fluxKinds = {
  GitRepository: { ...source, plural: 'gitrepositories' },
  HelmChart: { ...source, plural: 'helmcharts' },
  HelmRepository: { ...source, plural: 'helmrepositories' },
  OCIRepository: { ...source, plural: 'ocirepositories' },
  Kustomization: { group: 'kustomize.toolkit.fluxcd.io', version: 'v1', plural: 'kustomizations' },
  HelmRelease: { group: 'helm.toolkit.fluxcd.io', version: 'v2', plural: 'helmreleases' },
} as const;
export type FluxKind = keyof typeof fluxKinds;

/** An event, as far as the fleet's commands read it. */
export interface ClusterEvent {
  readonly metadata: { readonly uid: string; readonly resourceVersion: string };
  readonly involvedObject: { readonly kind: string; readonly namespace?: string; readonly name: string };
  readonly reason?: string;
  readonly message?: string;
}

/** The annotation by which Flux is asked to reconcile an object. */
export const requestedAt = 'reconcile.fluxcd.io/requestedAt';

/** A cluster's API, as far as the fleet's commands use it. Each request fails when it is not answered in time. */
export class ClusterClient {
  readonly objects: KubernetesApi;
  /** Its context in the kubeconfig. */
  readonly context: string;

  /**
   * @param kubeconfig the file's path
   * @param timeout how long the API server may take to answer a request, in ms
   */
  constructor(
    readonly name: string,
    kubeconfig: string,
    timeout = answerTimeout,
  ) {
    this.objects = new KubernetesApi(kubeconfig, timeout);
    this.context = this.objects.context;
  }

  /** Every object of these kinds of Flux's, in any namespace. */
  async list(...kinds: readonly FluxKind[]): Promise<FluxObject[]> {
    const lists = await Promise.all(
      kinds.map(async (kind) => {
        const { group, version } = fluxKinds[kind];
        return (await this.objects.list<FluxObject>(`${group}/${version}`, kind)).items;
      }),
    );
    return lists.flat();
  }

  /** The events in the namespace of Flux. */
  async events(): Promise<ClusterEvent[]> {
    return (await this.objects.list<ClusterEvent>('v1', 'Event', { namespace: fluxNamespace })).items;
  }

  /** What a container has written: with `previous`, before it was last started again. */
  podLog(
    { namespace, name }: { readonly namespace: string; readonly name: string },
    options: { readonly container?: string; readonly previous?: boolean; readonly tailLines?: number } = {},
  ): Promise<string> {
    const given = Object.entries(options).filter(([, value]) => value !== undefined);
    const query = Object.fromEntries(given.map(([key, value]) => [key, String(value)]));
    return this.objects.request(`/api/v1/namespaces/${namespace}/pods/${name}/log`, { query });
  }

  /**
   * Asks Flux to reconcile an object now: https://fluxcd.io/flux/components/kustomize/kustomizations/#triggering-a-reconcile
   *
   * @param force whether Helm upgrades a HelmRelease although nothing has changed
   * @param reset whether a HelmRelease may fail as often as it may at first:
   * https://fluxcd.io/flux/components/helm/helmreleases/#resetting-remediation-retries
   */
  async requestReconcile(
    kind: FluxKind,
    name: string,
    { namespace = fluxNamespace, reset = false, force = false } = {},
  ): Promise<void> {
    const at = new Date().toISOString();
    const annotations = {
      [requestedAt]: at,
      ...(reset && { 'reconcile.fluxcd.io/resetAt': at }),
      ...(force && { 'reconcile.fluxcd.io/forceAt': at }),
    };
    await this.merge(kind, { name, namespace }, { metadata: { annotations } });
  }

  /** Merges properties into one of Flux's objects: https://www.rfc-editor.org/rfc/rfc7386 */
  async merge(
    kind: FluxKind,
    { name, namespace }: { name: string; namespace: string },
    { metadata, ...rest }: { metadata?: object; spec?: object },
  ): Promise<void> {
    const { group, version } = fluxKinds[kind];
    await this.objects.merge({
      apiVersion: `${group}/${version}`,
      kind,
      metadata: { name, namespace, ...metadata },
      ...rest,
    });
  }
}

/** The condition `Ready` of a Flux object. */
export function readyCondition(object: FluxObject): Condition | undefined {
  return object.status?.conditions?.find(({ type }) => type === 'Ready');
}
