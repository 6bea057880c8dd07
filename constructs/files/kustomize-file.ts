import type { ImageOverride, PatchTarget } from '../../model';

export interface ImageChange {
  /** The image without its tag. */
  readonly name: string;
  readonly newName?: string;
  readonly newTag?: string;
  readonly digest?: string;
}

/** What is changed of an image, without what is undefined. */
export function imageChange(image: string, { name, tag, digest }: ImageOverride): ImageChange {
  return { name: image, ...(name && { newName: name }), ...(tag && { newTag: tag }), ...(digest && { digest }) };
}

export interface ReplicaChange {
  readonly name: string;
  readonly count: number;
}

export interface PatchFile {
  readonly path: string;
  /** The object that it patches. @default - the object of the kind and name in the file */
  readonly target?: PatchTarget;
}

export interface KustomizeFileProps {
  /** Paths of files and folders, from its own folder. */
  readonly resources: readonly string[];
  /** The namespace that kustomize sets in every object. @default - the objects' own */
  readonly namespace?: string;
  /** The namespace that kustomize sets in every object that has none, and for every service account. @default - none */
  readonly defaultNamespace?: string;
  readonly images?: readonly ImageChange[];
  readonly replicas?: readonly ReplicaChange[];
  readonly patches?: readonly PatchFile[];
}

/** The file that kustomize reads in each folder. */
export const kustomizeFileName = 'kustomization.yaml';

/**
 * The `kustomization.yaml` of a base, of an overlay, or of a cluster's folder. Kustomize reads it and does not send it
 * to a cluster, so it is neither a construct nor a Flux Kustomization.
 *
 * https://kubectl.docs.kubernetes.io/references/kustomize/kustomization
 */
export function kustomizeFile(props: KustomizeFileProps): object {
  const { resources, namespace, defaultNamespace, images = [], replicas = [], patches = [] } = props;
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    ...(namespace && { namespace }),
    resources: [...resources].sort(),
    ...(images.length > 0 && { images }),
    ...(replicas.length > 0 && { replicas }),
    ...(patches.length > 0 && { patches }),
    ...(defaultNamespace && { transformers: [defaultNamespaceTransformer(defaultNamespace)] }),
  };
}

/** https://kubectl.docs.kubernetes.io/references/kustomize/builtins/#_namespacetransformer_ */
function defaultNamespaceTransformer(namespace: string): string {
  return [
    'apiVersion: builtin',
    'kind: NamespaceTransformer',
    `metadata: { name: namespace, namespace: ${namespace} }`,
    'setRoleBindingSubjects: allServiceAccounts',
    'unsetOnly: true',
    '',
  ].join('\n');
}

/** The files of a folder, with a `kustomization.yaml` that lists them. */
export function withKustomizeFile(files: ReadonlyMap<string, object | string>): ReadonlyMap<string, object | string> {
  return new Map([...files, [kustomizeFileName, kustomizeFile({ resources: [...files.keys()] })]]);
}
