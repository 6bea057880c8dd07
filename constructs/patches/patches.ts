import {
  type Patch,
  patchSteps,
  type Patches,
  type PatchTarget,
  type Problem,
  type TargetedPatch,
  throwProblems,
  wholly,
} from '../../model';
import { freePath } from '../files/folder';
import type { PatchFile } from '../files/kustomize-file';
import { groupVersion, type KubernetesObject, sortedKeys } from '../files/object';

export interface PatchesProps {
  readonly place: string;
  readonly objects: readonly KubernetesObject[];
  /** Whether kustomize makes more objects, or renames some: what a patch is for is then only known when it is built. */
  readonly incomplete?: boolean;
  /** By `Kind`, for an app with one object of the kind, by `Kind/name`, or by targets. */
  readonly patches: Patches | Readonly<Record<string, Patch | undefined>>;
}

/**
 * The patches of a cluster, as files of its overlay. What they change is left to kustomize, which builds them before
 * anything is published.
 *
 * @throws FleetError for each patch of an object that does not exist.
 */
export function patchFiles({ place, objects, incomplete = false, patches }: PatchesProps): {
  files: ReadonlyMap<string, object>;
  entries: readonly PatchFile[];
} {
  const files = new Map<string, object>();
  const entries: PatchFile[] = [];
  const problems: Problem[] = [];
  for (const { key, patch, target } of listOf(patches)) {
    const found = objects.filter((each) => (target ? fits(target, each) : [each.kind, nameOf(each)].includes(key)));
    const object = target ? undefined : found[0];
    if (found.length > 1 && object) {
      const next = 'Write `patches` as a list, in which a `target` has the `namespace` or the `group`';
      problems.push({ place: `${place}.${key}`, problem: `the app has ${found.length} objects \`${key}\``, next });
    } else if (found.length === 0 && !incomplete) {
      const problem = target ? 'the app has no object that the target fits' : `the app has no object \`${key}\``;
      problems.push({ place: `${place}.${key}`, problem, next: nextOf(objects) });
    }
    const name = (object ? nameOf(object) : key).toLowerCase().replaceAll(/[^a-z0-9.]+/g, '-');
    for (const step of patchSteps(patch)) {
      const path = freePath(files, name, '-own-patch.yaml');
      files.set(path, sortedKeys(Array.isArray(step) ? step : withHeader(step, object)));
      entries.push({ path, target: target ? sortedKeys(target) : targetOf(key, object) });
    }
  }
  throwProblems(problems);
  return { files, entries };
}

function listOf(patches: PatchesProps['patches']): { key: string; patch: Patch; target?: PatchTarget }[] {
  const isList = (value: object): value is readonly TargetedPatch[] => Array.isArray(value);
  if (isList(patches)) return patches.map((each, index) => ({ ...each, key: String(index) }));
  const byKey = Object.entries<Patch | undefined>(patches).sort(([a], [b]) => (a < b ? -1 : 1));
  return byKey.flatMap(([key, patch]) => (patch === undefined ? [] : { key, patch }));
}

/** Whether a target fits an object, as far as this is known before it is built: labels and namespaces may be set then. */
function fits({ group = '.*', version = '.*', kind = '.*', name = '.*' }: PatchTarget, object: KubernetesObject) {
  const own = groupVersion(object.apiVersion);
  return (
    wholly(group).test(own.group ?? '') &&
    wholly(version).test(own.version) &&
    wholly(kind).test(object.kind) &&
    wholly(name).test(object.metadata.name)
  );
}

/** A target of one object. Its name is a regular expression to kustomize. */
function targetOf(key: string, object: KubernetesObject | undefined): PatchTarget {
  const [kind, name = ''] = key.split('/');
  const { namespace } = object?.metadata ?? {};
  return {
    ...(object && groupVersion(object.apiVersion)),
    kind: object?.kind ?? kind,
    name: (object?.metadata.name ?? name).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    ...(namespace && { namespace }),
  };
}

/** A part of an object with what kustomize wants in each. Where the target is for several objects, it is of no meaning. */
function withHeader(part: Record<string, unknown>, object: KubernetesObject | undefined): object {
  const { apiVersion, kind, metadata } = object ?? { apiVersion: 'v1', kind: 'Any', metadata: { name: 'any' } };
  return { ...part, apiVersion, kind, metadata: { ...(part['metadata'] as object | undefined), name: metadata.name } };
}

function nextOf(objects: readonly KubernetesObject[]): string {
  if (objects.length === 0) return 'Remove the patch: the app has no objects';
  return `Use one of ${objects.map((each) => `\`${nameOf(each)}\``).join(', ')}`;
}

function nameOf({ kind, metadata }: KubernetesObject): string {
  return `${kind}/${metadata.name}`;
}
