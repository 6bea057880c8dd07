import { CustomObjectsApi, KubeConfig, KubernetesObjectApi } from '@kubernetes/client-node';

import { fluxNamespace } from '../model';

/** A condition: https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
}

/** The common fields of Flux's objects: https://fluxcd.io/flux/components */
export interface FluxObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly generation: number;
    readonly deletionTimestamp?: string;
  };
  readonly spec: { readonly path?: string };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly Condition[];
    readonly artifact?: { readonly revision: string };
    readonly lastAppliedRevision?: string;
    readonly lastAttemptedRevision?: string;
  };
}

/** The kinds of Flux's objects that this project makes, as the API names them. */
export const fluxKinds = {
  GitRepository: { group: 'source.toolkit.fluxcd.io', version: 'v1', plural: 'gitrepositories' },
  Kustomization: { group: 'kustomize.toolkit.fluxcd.io', version: 'v1', plural: 'kustomizations' },
} as const;
export type FluxKind = keyof typeof fluxKinds;

/** A cluster's API, as far as the fleet's commands use it. */
export class ClusterClient {
  private readonly custom: CustomObjectsApi;
  readonly objects: KubernetesObjectApi;
  /** Its context in the kubeconfig. */
  readonly context: string;

  /** @param kubeconfig the file's path */
  constructor(
    readonly name: string,
    kubeconfig: string,
  ) {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    this.context = config.getCurrentContext();
    this.custom = config.makeApiClient(CustomObjectsApi);
    this.objects = KubernetesObjectApi.makeApiClient(config);
  }

  /** Every object of one of Flux's kinds in the namespace of Flux. */
  async list(kind: FluxKind): Promise<FluxObject[]> {
    const answer = (await this.custom.listNamespacedCustomObject({
      ...fluxKinds[kind],
      namespace: fluxNamespace,
    })) as { items: FluxObject[] };
    return answer.items;
  }

  /** Asks Flux to reconcile an object now: https://fluxcd.io/flux/components/kustomize/kustomizations/#triggering-a-reconcile */
  async requestReconcile(kind: FluxKind, name: string): Promise<void> {
    const at = new Date().toISOString();
    const { group, version } = fluxKinds[kind];
    await this.objects.patch(
      {
        apiVersion: `${group}/${version}`,
        kind,
        metadata: { name, namespace: fluxNamespace, annotations: { 'reconcile.fluxcd.io/requestedAt': at } },
      },
      undefined,
      undefined,
      undefined,
      undefined,
      'application/merge-patch+json',
    );
  }
}

/** The condition `Ready` of a Flux object. */
export function readyCondition(object: FluxObject): Condition | undefined {
  return object.status?.conditions?.find(({ type }) => type === 'Ready');
}
