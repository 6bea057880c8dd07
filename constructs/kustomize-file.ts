/** A change of an image's tag in an overlay. */
export interface ImageChange {
  /** The image without its tag. */
  readonly name: string;
  readonly newTag: string;
}

/** A change of a workload's number of pods in an overlay. */
export interface ReplicaChange {
  /** The workload's name. */
  readonly name: string;
  readonly count: number;
}

/** What the `kustomization.yaml` of a folder says. */
export interface KustomizeFileProps {
  /** Files and folders beside it. */
  readonly resources: readonly string[];
  /** @default - none */
  readonly images?: readonly ImageChange[];
  /** @default - none */
  readonly replicas?: readonly ReplicaChange[];
  /** Patch files beside it. @default - none */
  readonly patches?: readonly { readonly path: string }[];
}

/** The name that kustomize looks for in each folder. */
export const kustomizeFileName = 'kustomization.yaml';

/**
 * The `kustomization.yaml` of a base, of an overlay, or of a cluster's folder. It is read by
 * kustomize and never reaches a cluster, so it is no construct and no Flux Kustomization.
 *
 * https://kubectl.docs.kubernetes.io/references/kustomize/kustomization
 */
export function kustomizeFile({ resources, images = [], replicas = [], patches = [] }: KustomizeFileProps): object {
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [...resources].sort(),
    ...(images.length > 0 && { images }),
    ...(replicas.length > 0 && { replicas }),
    ...(patches.length > 0 && { patches }),
  };
}
