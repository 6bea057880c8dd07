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
import * as v from '../validation/schema';
import { at, isObject } from '../validation/values';

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

/** A patch of an object: the part that is merged into it, or the operations of a JSON patch. */
export type Patch<T = Readonly<Record<string, unknown>>> = Merge<T> | readonly JsonOperation[];

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

// https://datatracker.ietf.org/doc/html/rfc6901
const pointer = v.pattern(
  /^(\/([^~]|~[01])*)?$/,
  'JSON pointer',
  'Start it with a slash, and write `~1` for a slash in a key and `~0` for `~`',
);

const withValue = v.schema<{ path: string; value: unknown }>({ path: pointer, value: v.anything });
const withFrom = v.schema<{ path: string; from: string }>({ path: pointer, from: pointer });

const operations = v.list(
  v.discriminatedUnion<JsonOperation, 'op'>(
    {
      add: withValue,
      replace: withValue,
      test: withValue,
      remove: v.schema<{ path: string }>({ path: pointer }),
      move: withFrom,
      copy: withFrom,
    },
    { what: 'a JSON patch operation', example: "{ op: 'replace', path: '/spec/replicas', value: 3 }", key: 'op' },
  ),
);

/** The keys of an object that say which object it is. */
const identity = ['apiVersion', 'kind'];

const patch: v.Rule<Patch> = function* (place, value) {
  if (Array.isArray(value)) yield* operations(place, value);
  else if (!isObject(value)) yield* invalidPatch(place, value);
  else {
    for (const key of identity.filter((each) => value[each] !== undefined)) {
      yield { place: at(place, key), problem: `a patch cannot change \`${key}\``, next: `Remove \`${key}\`` };
    }
  }
};

const invalidPatch = v.custom<Patch>(
  () => false,
  'patch',
  'Write the part of the object that changes, or a list of JSON patch operations',
);

export function patchesByKind<Kind extends keyof KnownKinds>(kinds: readonly Kind[]): v.Rule<PatchesByKind<Kind>> {
  const rules = Object.fromEntries(kinds.map((kind) => [kind, v.optional(patch)]));
  return v.schema<PatchesByKind<Kind>>(rules as object as v.Rules<PatchesByKind<Kind>>);
}

const objectName = v.pattern(
  /^[A-Z][A-Za-z0-9]*\/[^/\s]+$/,
  'object',
  "Write its kind and its name, as in `'Deployment/cache'`",
);

const patchableName: v.Rule<string> = function* (place, key) {
  yield* objectName(place, key);
  if (!String(key).startsWith('Secret/')) return;
  const next = 'Change the value with `npm run fleet -- secrets set <cluster> <app> <key>`';
  yield { place, problem: 'a Secret cannot be patched, because its file is encrypted and signed', next };
};

export const patchesByName = v.record(patchableName, patch) as v.Rule<PatchesByName>;
