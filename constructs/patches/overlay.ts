import type { Patch } from '../../model';
import { type ImageChange, kustomizeFile, kustomizeFileName, type ReplicaChange } from '../files/kustomize-file';
import { merged } from './merge-patch';
import type { KubernetesObject } from '../files/object';
import { isBuiltIn, patchFiles } from './patches';
import type { Tree } from '../files/tree';

/** What a cluster changes of an app in the app's own words. */
export interface OwnChanges {
  readonly images: readonly ImageChange[];
  readonly replicas: readonly ReplicaChange[];
  /** Each is merged into the object of its kind and name. */
  readonly patches: readonly KubernetesObject[];
  /** Objects that the cluster has beside the base's, by their files. */
  readonly resources: ReadonlyMap<string, KubernetesObject>;
}

/** What an overlay is made of. */
export interface OverlayProps {
  /** Where it is said: `runs.prod.app-a`. */
  readonly place: string;
  /** The base's objects. */
  readonly base: readonly KubernetesObject[];
  readonly own: OwnChanges;
  /** The user's patches, which come last. */
  readonly patches?: Readonly<Record<string, Patch | undefined>>;
  /** The encrypted file, as it is. @default - the app takes no secret */
  readonly secret?: string;
}

/** The file of an overlay that holds its encrypted Secret. */
export const secretFileName = 'secret.yaml';

/**
 * The overlay of an app in one cluster: only what differs from the app's base.
 *
 * @throws FleetError for each patch that does not fit.
 */
export function overlayFolder({ place, base, own, patches = {}, secret }: OverlayProps): Tree {
  const objects = [...base.map((object) => changed(object, own.patches)), ...own.resources.values()];
  const users = patchFiles({ place: `${place}.patches`, objects, patches });
  const ownFiles = own.patches.map((patch) => [patchName(patch, own.patches), patch] as const);
  const file = kustomizeFile({
    resources: ['../../base', ...own.resources.keys(), ...(secret === undefined ? [] : [secretFileName])],
    images: own.images,
    replicas: own.replicas,
    patches: [...ownFiles.map(([path]) => ({ path })), ...users.listed],
  });
  return new Map<string, object | string>([
    [kustomizeFileName, file],
    ...ownFiles,
    ...own.resources,
    ...users.files,
    ...(secret === undefined ? [] : [[secretFileName, secret] as const]),
  ]);
}

/** The kind is name enough, where no other patch is of the kind. */
function patchName({ kind, metadata }: KubernetesObject, all: readonly KubernetesObject[]): string {
  const same = all.filter((other) => other.kind === kind);
  const namespaced = new Set(same.map((other) => other.metadata.name)).size < same.length;
  const name = namespaced ? `${metadata.namespace}-${metadata.name}` : metadata.name;
  return `${kind.toLowerCase()}${same.length === 1 ? '' : `-${name}`}-patch.yaml`;
}

/** An object of the base as the app's own patches leave it. */
function changed(object: KubernetesObject, patches: readonly KubernetesObject[]): KubernetesObject {
  return patches
    .filter(({ kind, metadata: { name, namespace } }) => {
      const same = kind === object.kind && name === object.metadata.name;
      return same && namespace === object.metadata.namespace;
    })
    .reduce((before, patch) => merged(before, patch, { strategic: isBuiltIn(object) }) as KubernetesObject, object);
}
