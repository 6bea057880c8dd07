import { type JsonOperation, type Patch, type Problem, throwProblems } from '../../model';
import { jsonPatched, PatchError } from './json-patch';
import type { PatchFile } from '../files/kustomize-file';
import { merged } from './merge-patch';
import { groupVersion, type KubernetesObject, sortedKeys } from '../files/object';

export interface PatchesProps {
  readonly place: string;
  readonly objects: readonly KubernetesObject[];
  /** By `Kind`, for an app with one object of the kind, or by `Kind/name`. */
  readonly patches: Readonly<Record<string, Patch | undefined>>;
  /** Whether kustomize changes the objects before, so that only it can tell whether a patch fits. @default false */
  readonly partial?: boolean;
}

/**
 * The patches of a cluster, as files of its overlay.
 *
 * @throws FleetError for each patch of an object, a key or a list item that does not exist.
 */
export function patchFiles({ place, objects, patches, partial = false }: PatchesProps): {
  files: ReadonlyMap<string, object>;
  entries: readonly PatchFile[];
} {
  const files = new Map<string, object>();
  const entries: PatchFile[] = [];
  const problems: Problem[] = [];
  for (const key of Object.keys(patches).sort()) {
    const patch = patches[key];
    if (patch === undefined) continue;
    const object = objects.find((each) => key === each.kind || key === nameOf(each));
    const problem = object ? !partial && misfit(object, patch) : `the app has no object \`${key}\``;
    if (problem) problems.push({ place: `${place}.${key}`, problem, next: nextOf(object, objects) });
    if (!object || problem) continue;
    const path = `${nameOf(object)
      .toLowerCase()
      .replaceAll(/[^a-z0-9.]+/g, '-')}-own-patch.yaml`;
    const { apiVersion, kind, metadata } = object;
    const { name, namespace } = metadata;
    const content = isJsonPatch(patch)
      ? patch
      : { ...patch, apiVersion, kind, metadata: { ...(patch['metadata'] as object | undefined), name } };
    files.set(path, sortedKeys(content));
    entries.push({ path, target: { ...groupVersion(apiVersion), kind, name, ...(namespace && { namespace }) } });
  }
  throwProblems(problems);
  return { files, entries };
}

/** What a patch needs that the object does not have; undefined if the patch fits. */
function misfit(object: KubernetesObject, patch: Patch): string | undefined {
  try {
    if (isJsonPatch(patch)) jsonPatched(object, patch);
    else merged(object, patch, { strategic: isBuiltIn(object) });
    return undefined;
  } catch (error) {
    if (error instanceof PatchError) return error.message;
    throw error;
  }
}

function nextOf(object: KubernetesObject | undefined, objects: readonly KubernetesObject[]): string {
  if (object) return `Compare the patch with \`${nameOf(object)}\` in the app's base, in \`manifests/\``;
  if (objects.length === 0) return 'Remove the patch: the app has no objects';
  return `Use one of ${objects.map((each) => `\`${nameOf(each)}\``).join(', ')}`;
}

function nameOf({ kind, metadata }: KubernetesObject): string {
  return `${kind}/${metadata.name}`;
}

function isJsonPatch(patch: Patch): patch is readonly JsonOperation[] {
  return Array.isArray(patch);
}

/** Whether an object is one of Kubernetes's own kinds, which have merge rules for lists. Custom resources have none. */
export function isBuiltIn({ apiVersion }: KubernetesObject): boolean {
  const { group = '' } = groupVersion(apiVersion);
  return !group.includes('.') || group.endsWith('.k8s.io');
}
