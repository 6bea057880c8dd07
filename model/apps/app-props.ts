import * as v from '../validation/schema';
import { type PostBuild, postBuildRule } from './post-build';

/** Properties of every app. */
export interface AppProps<After extends string = string> {
  /**
   * The apps and tenants that must be ready in a cluster before this app is applied there.
   * @default - the app is applied at once
   */
  readonly after?: readonly After[];
  /**
   * How long the app may take to become ready, as `90s` or `5m`. After that it has failed, and Flux tries again.
   * @default '3m'
   */
  readonly timeout?: string;
  /**
   * The set of Flux's controllers that applies the app: one of the shards of {@link fluxInstance}.
   * @default - the set that applies everything else
   */
  readonly shard?: string;
}

/** A level of the Pod Security Standards: https://kubernetes.io/docs/concepts/security/pod-security-standards */
export type PodSecurity = 'restricted' | 'baseline' | 'privileged';

/**
 * When custom resources of a kind are ready. Each condition is a CEL expression on the object: `status.phase == 'Bound'`.
 *
 * https://fluxcd.io/flux/components/kustomize/kustomizations/#health-check-expressions
 */
export interface HealthCheck {
  readonly apiVersion: string;
  readonly kind: string;
  /** True for an object that is ready. */
  readonly current: string;
  /** True for an object that may still become ready. @default - every object that is not `current` and not `failed` */
  readonly inProgress?: string;
  /** True for an object that will not become ready. @default - none */
  readonly failed?: string;
}

/** Properties of every app whose objects are written by the user or by a chart. */
export interface ObjectsAppProps<After extends string = string> extends AppProps<After> {
  /** The Pod Security Standard that the app's namespace enforces. @default 'restricted' */
  readonly podSecurity?: PodSecurity;
  /**
   * When the app's custom resources are ready. Kubernetes's own objects need no health check.
   * @default - when their `Ready` condition is true
   */
  readonly health?: readonly HealthCheck[];
}

/** Properties of every app whose objects Flux itself applies. */
export interface AppliedAppProps<After extends string = string> extends ObjectsAppProps<After> {
  /**
   * Whether Flux deletes an object and creates it again when a property of it changes that Kubernetes does not let change,
   * such as the pod template of a Job.
   * @default false
   */
  readonly force?: boolean;
  /** What Flux writes for `${NAME}` in the app's objects; `{}` where only clusters have values. @default - `${NAME}` stays */
  readonly postBuild?: PostBuild;
}

const duration = v.pattern(/^([1-9]\d*(\.\d+)?(s|m|h))+$/, 'duration', "Write it as in `'90s'` or `'5m'`");
const cel = v.pattern(/\S/, 'CEL expression', "Write it as in `status.phase == 'Bound'`");

export const podSecurity = v.oneOf<PodSecurity>(['restricted', 'baseline', 'privileged']);

export const appRules: v.Rules<AppProps> = {
  after: v.optional(v.list(v.string)),
  timeout: v.optional(duration),
  shard: v.optional(v.string),
};

export const objectsAppRules: v.Rules<ObjectsAppProps> = {
  ...appRules,
  podSecurity: v.optional(podSecurity),
  health: v.optional(
    v.list(
      v.schema<HealthCheck>({
        apiVersion: v.string,
        kind: v.string,
        current: cel,
        inProgress: v.optional(cel),
        failed: v.optional(cel),
      }),
    ),
  ),
};

export const appliedAppRules: v.Rules<AppliedAppProps> = {
  ...objectsAppRules,
  force: v.optional(v.boolean),
  postBuild: v.optional(postBuildRule),
};

/** What {@link AppProps} are when they are left out. */
export const appDefaults = { after: [], timeout: '3m', secrets: {} };

export const objectsAppDefaults = { ...appDefaults, podSecurity: 'restricted' as const, health: [] };

export const appliedAppDefaults = { ...objectsAppDefaults, force: false };
