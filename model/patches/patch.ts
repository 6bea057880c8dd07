import type { IHelmRelease } from '@kubernetes-models/flux-cd/helm.toolkit.fluxcd.io/v2/HelmRelease';
import type { IDaemonSet } from 'kubernetes-models/apps/v1/DaemonSet';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IStatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { ICronJob } from 'kubernetes-models/batch/v1/CronJob';
import type { IJob } from 'kubernetes-models/batch/v1/Job';
import type { IIngress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { INamespace } from 'kubernetes-models/v1/Namespace';
import type { IPersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim';
import type { IService } from 'kubernetes-models/v1/Service';
import type { IServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import type { Problem } from '../fleet-error';
import * as v from '../validation/schema';
import { asRecord, at, isObject, type UnknownRecord } from '../validation/values';

/** One operation of a JSON patch: https://datatracker.ietf.org/doc/html/rfc6902 */
export type JsonOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move' | 'copy'; readonly from: string; readonly path: string };

/**
 * A part of an object, which is merged into it: null removes a key, `$patch: 'delete'` an item of a list.
 *
 * https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch
 */
export type Merge<T> = T extends readonly (infer Item)[]
  ? readonly Merge<Item>[]
  : T extends object
    ? { readonly [K in keyof T]?: Merge<T[K]> | null } & { readonly $patch?: 'delete' | 'replace' }
    : T;

/** A patch of an object: the part that is merged into it, or a list of such parts and of JSON patch operations, in order. */
export type Patch<T = Readonly<Record<string, unknown>>> = Merge<T> | readonly (Merge<T> | JsonOperation)[];

/** The kinds whose patches are typed. */
interface KnownKinds {
  readonly ConfigMap: IConfigMap;
  readonly CronJob: ICronJob;
  readonly DaemonSet: IDaemonSet;
  readonly Deployment: IDeployment;
  readonly HelmRelease: IHelmRelease;
  readonly HorizontalPodAutoscaler: IHorizontalPodAutoscaler;
  readonly Ingress: IIngress;
  readonly Job: IJob;
  readonly Namespace: INamespace;
  readonly NetworkPolicy: INetworkPolicy;
  readonly PersistentVolumeClaim: IPersistentVolumeClaim;
  readonly PodDisruptionBudget: IPodDisruptionBudget;
  readonly Service: IService;
  readonly ServiceAccount: IServiceAccount;
  readonly StatefulSet: IStatefulSet;
}

/** Patches by kind, for an app with one object of each kind: `{ Deployment: { spec: … } }`. */
export type PatchesByKind<Kind extends keyof KnownKinds> = {
  readonly [K in Kind]?: Patch<KnownKinds[K]>;
};

/** Patches of any objects, by kind and name: `{ 'Deployment/cache': { spec: … } }`. */
export type PatchesByName = {
  readonly [K in keyof KnownKinds as `${K}/${string}`]: Patch<KnownKinds[K]>;
} & { readonly [key: `${string}/${string}`]: Patch };

/**
 * Which objects a patch changes. All but the selectors are regular expressions for the whole of what they name.
 *
 * https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches
 */
export interface PatchTarget {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly annotationSelector?: string;
}

/** A patch of every object that its target fits. */
export interface TargetedPatch {
  readonly target: PatchTarget;
  readonly patch: Patch;
}

/** Patches by kind and name, or a list of patches with their targets, in order. */
export type Patches = PatchesByName | readonly TargetedPatch[];

// https://datatracker.ietf.org/doc/html/rfc6901
const pointer = v.pattern(
  /^(\/([^~]|~[01])*)?$/,
  'JSON pointer',
  'Start it with a slash, and write `~1` for a slash in a key and `~0` for `~`',
);

/** What JSON can hold. */
const json: v.Rule<unknown> = (place, value) => {
  if (Array.isArray(value)) return v.list(json)(place, value);
  if (typeof value === 'object' && value !== null) return v.record(v.string, json)(place, value);
  if (typeof value === 'string') return v.string(place, value);
  const isScalar = value === null || value === undefined || typeof value === 'boolean' || Number.isFinite(value);
  return isScalar ? [] : invalidPatch(place, value);
};

const withValue = v.schema<{ path: string; value: unknown }>({ path: pointer, value: json });
const withFrom = v.schema<{ path: string; from: string }>({ path: pointer, from: pointer });

const operation = v.discriminatedUnion<JsonOperation, 'op'>(
  {
    add: withValue,
    replace: withValue,
    test: withValue,
    remove: v.schema<{ path: string }>({ path: pointer }),
    move: withFrom,
    copy: withFrom,
  },
  { what: 'a JSON patch operation', example: "{ op: 'replace', path: '/spec/replicas', value: 3 }", key: 'op' },
);

const invalidPatch = v.custom<Patch>(
  () => false,
  'patch',
  'Write the part of the object that changes, or a list of JSON patch operations',
);

/** Whether a step of a patch is an operation of a JSON patch, and not a part of an object. */
export function isOperation(step: object): step is JsonOperation {
  return Object.hasOwn(step, 'op');
}

/** The parts that are merged, each alone, and operations that follow each other as one JSON patch. */
export function patchSteps(patch: Patch): (Record<string, unknown> | JsonOperation[])[] {
  const steps: (Record<string, unknown> | JsonOperation[])[] = [];
  for (const step of [patch].flat() as Record<string, unknown>[]) {
    const last = steps.at(-1);
    if (!isOperation(step)) steps.push(step);
    else if (Array.isArray(last)) last.push(step);
    else steps.push([step]);
  }
  return steps;
}

/** The properties of an object that say which object it is. */
const identity = ['/apiVersion', '/kind', '/metadata/name', '/metadata/namespace'];

const patch: v.Rule<Patch> = function* (place, value) {
  const steps: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (steps.length === 0) yield emptyPatch(place);
  for (const [index, step] of steps.entries()) {
    const here = steps === value ? `${place}.${index}` : place;
    if (!isObject(step)) yield* invalidPatch(here, step);
    else if (isOperation(step)) yield* steps === value ? operation(here, step) : invalidPatch(here, step);
    else if (Object.values(step).every((each) => each === undefined)) yield emptyPatch(here);
    else yield* json(here, step);
    for (const path of identity.filter((each) => isObject(step) && changes(step, each))) {
      const key = path.slice(1).replace('/', '.');
      yield { place: at(here, key), problem: `a patch cannot change \`${key}\``, next: `Remove \`${key}\`` };
    }
  }
};

function emptyPatch(place: string): Problem {
  return { place, problem: 'the patch is empty', next: 'Write what it changes, or remove it' };
}

/** Whether a step changes a property, or an object with the property. */
function changes(step: UnknownRecord, path: string): boolean {
  if (!isOperation(step)) {
    const [parent, key] = path.slice(1).split('/');
    return (key ? asRecord(step[parent!])[key] : step[parent!]) !== undefined;
  }
  const changed = [step.op === 'test' ? undefined : step.path, step.op === 'move' ? step.from : undefined];
  return changed.some((each) => each === path || (typeof each === 'string' && path.startsWith(`${each}/`)));
}

export function patchesByKind<Kind extends keyof KnownKinds>(kinds: readonly Kind[]): v.Rule<PatchesByKind<Kind>> {
  const rules = Object.fromEntries(kinds.map((kind) => [kind, v.optional(patch)]));
  return v.schema<PatchesByKind<Kind>>(rules as object as v.Rules<PatchesByKind<Kind>>);
}

const objectName = v.pattern(
  /^[A-Z][A-Za-z0-9]*\/[^/\s]+$/,
  'object',
  "Write its kind and its name, as in `'Deployment/cache'`",
);

const encrypted = {
  problem: 'a Secret cannot be patched, because its file is encrypted and signed',
  next: 'Change the value with `npm run fleet -- secrets set <cluster> <app> <key>`',
};

const patchableName: v.Rule<string> = function* (place, key) {
  yield* objectName(place, key);
  if (String(key).startsWith('Secret/')) yield { place, ...encrypted };
};

const expression = v.custom<string>(
  isExpression,
  'regular expression',
  'Write the name, or an expression as in `web-.*`',
);

const targetProperties = v.schema<PatchTarget>({
  kind: v.optional(expression),
  name: v.optional(expression),
  namespace: v.optional(expression),
  labelSelector: v.optional(v.string),
  annotationSelector: v.optional(v.string),
  group: v.optional(expression),
  version: v.optional(expression),
});

const target: v.Rule<PatchTarget> = function* (place, value) {
  yield* targetProperties(place, value);
  const { kind, labelSelector, annotationSelector } = asRecord(value);
  if (isExpression(kind) && wholly(kind).test('Secret')) yield { place: at(place, 'kind'), ...encrypted };
  if (kind || labelSelector || annotationSelector) return;
  yield { place, problem: "the target includes the app's Secret, whose file is encrypted", next: 'Set its `kind`' };
};

/** A regular expression that only the whole of a text matches, as kustomize has it. */
export function wholly(expression: string): RegExp {
  return new RegExp(`^(?:${expression})$`);
}

function isExpression(value: unknown): value is string {
  try {
    return typeof value === 'string' && value !== '' && wholly(value) !== undefined;
  } catch {
    return false;
  }
}

const patchesByName = v.record(patchableName, patch) as v.Rule<PatchesByName>;
export const targetedPatches = v.list(v.schema<TargetedPatch>({ target, patch }));

export const patchesRule: v.Rule<Patches> = (place, value) =>
  Array.isArray(value) ? targetedPatches(place, value) : patchesByName(place, value);
