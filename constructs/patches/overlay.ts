import type { Base } from '../apps/base';
import { addFiles, freePath, type Tree } from '../files/folder';
import { type ImageChange, kustomizeFile, kustomizeFileName, type ReplicaChange } from '../files/kustomize-file';
import type { KubernetesObject } from '../files/object';
import { type PatchesProps, patchFiles } from './patches';

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
  readonly patches?: PatchesProps['patches'];
  /** The encrypted file, which is copied unchanged. @default - the app has no secrets */
  readonly secret?: string;
}

/** The file in an overlay with the encrypted Secret. */
export const secretFileName = 'secret.yaml';

/**
 * The overlay of an app in one cluster: only what differs from the app's base.
 *
 * @throws FleetError for each patch of an object that does not exist.
 */
export function overlayFolder({ place, base, changes, patches = {}, secret }: OverlayProps): Tree {
  const { images, replicas, patches: merges = [], resources = new Map<string, KubernetesObject>() } = changes;
  const { objects: before, incomplete } = changes.base ?? base;
  const objects = [...before.filter((object) => !isDeleted(object, merges)), ...resources.values()];
  const userPatches = patchFiles({ place: `${place}.patches`, objects, incomplete, patches });
  const mergeFiles = new Map<string, object>();
  for (const patch of merges) mergeFiles.set(freePath(mergeFiles, patchName(patch, merges), '-patch.yaml'), patch);
  const file = kustomizeFile({
    resources: [
      changes.base ? 'base' : '../../base',
      ...resources.keys(),
      ...(secret === undefined ? [] : [secretFileName]),
    ],
    images,
    replicas,
    patches: [...[...mergeFiles.keys()].map((path) => ({ path })), ...userPatches.entries],
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

/** The file of a patch without its end: named by its kind, and by its name too if several patches have the kind. */
function patchName({ kind, metadata }: KubernetesObject, all: readonly KubernetesObject[]): string {
  const same = all.filter((other) => other.kind === kind);
  const needsNamespace = new Set(same.map((other) => other.metadata.name)).size < same.length;
  const name = needsNamespace ? `${metadata.namespace}-${metadata.name}` : metadata.name;
  return `${kind.toLowerCase()}${same.length === 1 ? '' : `-${name}`}`;
}

/** Whether one of the patches of {@link BaseChanges} deletes an object. */
function isDeleted({ kind, metadata }: KubernetesObject, patches: readonly KubernetesObject[]): boolean {
  return patches.some((each) => '$patch' in each && each.kind === kind && each.metadata.name === metadata.name);
}
