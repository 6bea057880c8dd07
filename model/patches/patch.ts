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

/** One step of a JSON patch: https://datatracker.ietf.org/doc/html/rfc6902 */
export type JsonOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move' | 'copy'; readonly from: string; readonly path: string };

/**
 * A part of an object, which is merged into it: null takes a key away, `$patch: 'delete'` an item of a list.
 *
 * https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch
 */
export type Merge<T> = T extends readonly (infer Item)[]
  ? readonly Merge<Item>[]
  : T extends object
    ? { readonly [K in keyof T]?: Merge<T[K]> | null } & { readonly $patch?: 'delete' | 'replace' }
    : T;

/** A patch of an object: the part that is merged into it, or the steps of a JSON patch. */
export type Patch<T = Readonly<Record<string, unknown>>> = Merge<T> | readonly JsonOperation[];

/** The kinds of which the types are known here. */
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

/** Patches of objects that an app has one of each, by their kinds: `{ Deployment: { spec: … } }`. */
export type PatchesByKind<Kind extends keyof KnownKinds> = {
  readonly [K in Kind]?: Patch<KnownKinds[K]>;
};

/** Patches of any objects, by kind and name: `{ 'Deployment/cache': { spec: … } }`. */
export type PatchesByName = {
  readonly [K in keyof KnownKinds as `${K}/${string}`]: Patch<KnownKinds[K]>;
} & { readonly [key: `${string}/${string}`]: Patch };
