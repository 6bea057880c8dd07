import type { Patch } from '../../model';
import { type ImageChange, kustomizeFile, kustomizeFileName, type ReplicaChange } from '../files/kustomize-file';
import { merged } from './merge-patch';
import type { KubernetesObject } from '../files/object';
import { isBuiltIn, patchFiles } from './patches';
import { addFiles, type Tree } from '../files/folder';
import type { Base } from '../apps/base';

/** How the objects of one cluster differ from the base, the user's patches excepted. */
export interface BaseChanges {
  readonly images?: readonly ImageChange[];
  readonly replicas?: readonly ReplicaChange[];
  /** Each is merged into the object with its kind and name. */
  readonly patches?: readonly KubernetesObject[];
  /** Additional objects, by file. */
  readonly resources?: ReadonlyMap<string, KubernetesObject>;
  /** What the cluster has in place of the app's base. @default - the app's base */
  readonly base?: Base;
}

export interface OverlayProps {
  readonly place: string;
  readonly base: Base;
  readonly changes: BaseChanges;
  /** The user's patches, which are applied last. */
  readonly patches?: Readonly<Record<string, Patch | undefined>>;
  /** The encrypted file, which is copied unchanged. @default - the app has no secrets */
  readonly secret?: string;
}

/** The file in an overlay with the encrypted Secret. */
export const secretFileName = 'secret.yaml';

/**
 * The overlay of an app in one cluster: only what differs from the app's base.
 *
 * @throws FleetError for each patch that does not fit.
 */
export function overlayFolder({ place, base, changes, patches = {}, secret }: OverlayProps): Tree {
  const { images, replicas, patches: merges = [], resources = new Map<string, KubernetesObject>() } = changes;
  const { objects: before, partial } = changes.base ?? base;
  const objects = [...before.map((object) => changed(object, merges)), ...resources.values()];
  const userPatches = patchFiles({ place: `${place}.patches`, objects, patches, partial });
  const mergeFiles = merges.map((patch) => [patchName(patch, merges), patch] as const);
  const file = kustomizeFile({
    resources: [
      changes.base ? 'base' : '../../base',
      ...resources.keys(),
      ...(secret === undefined ? [] : [secretFileName]),
    ],
    images,
    replicas,
    patches: [...mergeFiles.map(([path]) => ({ path })), ...userPatches.entries],
  });
  const tree = new Map<string, object | string>([
    [kustomizeFileName, file],
    ...mergeFiles,
    ...resources,
    ...userPatches.files,
    ...(secret === undefined ? [] : [[secretFileName, secret] as const]),
  ]);
  addFiles(tree, 'base', changes.base?.files ?? new Map());
  return tree;
}

/** The file of a patch: named by its kind, and by its name too if several patches have the kind. */
function patchName({ kind, metadata }: KubernetesObject, all: readonly KubernetesObject[]): string {
  const same = all.filter((other) => other.kind === kind);
  const needsNamespace = new Set(same.map((other) => other.metadata.name)).size < same.length;
  const name = needsNamespace ? `${metadata.namespace}-${metadata.name}` : metadata.name;
  return `${kind.toLowerCase()}${same.length === 1 ? '' : `-${name}`}-patch.yaml`;
}

/** An object of the base after the patches of {@link BaseChanges}. */
function changed(object: KubernetesObject, patches: readonly KubernetesObject[]): KubernetesObject {
  return patches
    .filter(({ kind, metadata: { name, namespace } }) => {
      const same = kind === object.kind && name === object.metadata.name;
      return same && namespace === object.metadata.namespace;
    })
    .reduce((before, patch) => merged(before, patch, { strategic: isBuiltIn(object) }) as KubernetesObject, object);
}
