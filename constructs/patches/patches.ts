import { FleetError, type JsonOperation, type Patch, type Problem } from '../../model';
import { jsonPatched, PatchError } from './json-patch';
import type { PatchFile } from '../files/kustomize-file';
import { merged } from './merge-patch';
import { groupVersion, type KubernetesObject, sortedKeys } from '../files/object';

/** What a cluster changes of an app's objects, and what they are before. */
export interface PatchesProps {
  /** Where the patches are said: `runs.prod.app-a.patches`. */
  readonly place: string;
  /** The objects as they are without the patches. */
  readonly objects: readonly KubernetesObject[];
  /** By `Kind`, where there is one object of the kind, or by `Kind/name`. */
  readonly patches: Readonly<Record<string, Patch | undefined>>;
}

/** The patch files of an overlay, and how its `kustomization.yaml` names them. */
export interface Patches {
  readonly files: ReadonlyMap<string, object>;
  readonly listed: readonly PatchFile[];
}

/**
 * The patches of a cluster as files of its overlay.
 *
 * @throws FleetError for each that patches an object, a key or an item that is not there.
 */
export function patchFiles({ place, objects, patches }: PatchesProps): Patches {
  const files = new Map<string, object>();
  const listed: PatchFile[] = [];
  const problems: Problem[] = [];
  for (const key of Object.keys(patches).sort()) {
    const patch = patches[key];
    if (patch === undefined) continue;
    const object = objects.find((each) => key === each.kind || key === nameOf(each));
    const problem = object ? unfit(object, patch) : `the app has no object \`${key}\``;
    if (problem) problems.push({ place: `${place}.${key}`, problem, next: nextOf(object, objects) });
    if (!object || problem) continue;
    const path = `${nameOf(object)
      .toLowerCase()
      .replaceAll(/[^a-z0-9.]+/g, '-')}-own-patch.yaml`;
    const { apiVersion, kind, metadata } = object;
    const { name, namespace } = metadata;
    const whole = isSteps(patch) ? patch : { ...patch, apiVersion, kind, metadata: { ...partOf(patch), name } };
    files.set(path, sortedKeys(whole));
    listed.push({ path, target: { ...groupVersion(apiVersion), kind, name, ...(namespace && { namespace }) } });
  }
  if (problems.length > 0) throw new FleetError(...problems);
  return { files, listed };
}

/** What a patch asks for and the object does not have; nothing, when it fits. */
function unfit(object: KubernetesObject, patch: Patch): string | undefined {
  try {
    if (isSteps(patch)) jsonPatched(object, patch);
    else merged(object, patch, { strategic: isBuiltIn(object) });
    return undefined;
  } catch (error) {
    if (error instanceof PatchError) return error.message;
    throw error;
  }
}

function nextOf(object: KubernetesObject | undefined, objects: readonly KubernetesObject[]): string {
  if (object) return `Look at \`${nameOf(object)}\` in the app's base, under \`manifests/\``;
  return `Patch one of ${objects.map((each) => `\`${nameOf(each)}\``).join(', ') || '(none)'}`;
}

function nameOf({ kind, metadata }: KubernetesObject): string {
  return `${kind}/${metadata.name}`;
}

function isSteps(patch: Patch): patch is readonly JsonOperation[] {
  return Array.isArray(patch);
}

function partOf(patch: Patch): object {
  return (patch as { readonly metadata?: object }).metadata ?? {};
}

/** Kubernetes's own objects are merged by its rules; custom resources have none of their own for lists. */
export function isBuiltIn({ apiVersion }: KubernetesObject): boolean {
  const { group = '' } = groupVersion(apiVersion);
  return !group.includes('.') || group.endsWith('.k8s.io');
}
