import { type Complete, withDefaults } from '../defaults';
import type { Problem } from '../fleet-error';
import { type Patches, patchesRule } from '../patches/patch';
import { type InSecret, type Secrets, secretsRule } from '../secrets/secret';
import { folder, imageTag, replicaCount } from '../validation/common-rules';
import * as v from '../validation/schema';
import type { UnknownRecord } from '../validation/values';
import { appliedAppDefaults, type AppliedAppProps, appliedAppRules } from './app-props';
import type { AppModel } from './app';
import type { AppVersion } from '../versions';
import { type ImageOverride, imageOverride, imageOverrides, imagesTwice } from './image';
import { type PostBuild, postBuildProblems, postBuildRule } from './post-build';

export interface KustomizeAppProps<After extends string = string> extends AppliedAppProps<After> {
  /** The folder beside `fleet.ts`: manifests, with a `kustomization.yaml` or without. */
  readonly folder: string;
  /** The folder in it that is built, as `overlays/prod`. Its kustomization may use all of the folder. @default '.' */
  readonly path?: string;
  /**
   * Whether the objects keep the namespaces that they have, and get the app's where they have none; or whether kustomize sets
   * the app's namespace in each of them.
   * @default 'own'
   */
  readonly namespaces?: 'own' | 'app';
  /**
   * The keys of the Secret with the app's name, to which the folder's objects refer: `{ token: inSecret() }`.
   * @default - none
   */
  readonly secrets?: Secrets<InSecret>;
}

/** The properties of a {@link KustomizeApp} that a cluster can override. */
export interface KustomizeAppOverlay extends Cdk8sAppOverlay {
  /** The folder in the app's folder that is built. @default - the app's */
  readonly path?: string;
}

/** The properties of an app of the user's objects that a cluster can override. */
export interface Cdk8sAppOverlay {
  /** Tags by image: `{ 'ghcr.io/stefanprodan/podinfo': '6.9.3' }`. */
  readonly tags?: Readonly<Record<string, string>>;
  /** What changes of other images: `{ 'ghcr.io/stefanprodan/podinfo': { name: 'mirror.example.com/podinfo' } }`. */
  readonly images?: Readonly<Record<string, ImageOverride>>;
  /** Numbers of pods by workload name. */
  readonly replicas?: Readonly<Record<string, number>>;
  /** Variables of the cluster, added to the app's or replacing those of the same name. */
  readonly postBuild?: PostBuild;
  /** Patches of the app's objects, by kind and name, or by targets: parts that are merged in, or operations of a JSON patch. */
  readonly patches?: Patches;
}

/** A kustomize folder of the user's, and a Namespace with the app's name. */
export interface KustomizeApp<After extends string = string> extends Complete<
  KustomizeAppProps<After>,
  'postBuild' | 'shard'
> {
  readonly type: 'kustomize';
}

/** A kustomize folder of the user's as an app: https://kubectl.docs.kubernetes.io/references/kustomize */
export function kustomizeApp<const After extends string = never>(
  props: KustomizeAppProps<After>,
): KustomizeApp<NoInfer<After>> {
  return {
    ...withDefaults({ ...appliedAppDefaults, path: '.', namespaces: 'own' as const }, props),
    type: 'kustomize',
  };
}

export const inSecrets = secretsRule(['in-secret'], 'inSecret()');

export const objectsOverlayRules: v.Rules<Cdk8sAppOverlay> = {
  tags: v.optional(v.record(v.string, imageTag)),
  images: v.optional(v.record(v.string, imageOverride)),
  replicas: v.optional(v.record(v.string, replicaCount)),
  patches: v.optional(patchesRule),
  postBuild: v.optional(postBuildRule),
};

const path = v.custom<string>(
  (value) => value === '.' || (typeof value === 'string' && !/(^|\/)\.{0,2}(\/|$)|\s/.test(value)),
  'folder',
  "Write its path from the app's `folder`, as in `overlays/prod`",
);

export function* objectsOverlayProblems(...args: [string, UnknownRecord, UnknownRecord]): Iterable<Problem> {
  yield* imagesTwice(...args);
  yield* postBuildProblems(...args);
}

/** The version of an app of objects in a cluster: the tags of its images. */
export function objectsVersion(_: unknown, overlay: Cdk8sAppOverlay): AppVersion {
  const names = imageOverrides(overlay).map(([, name, other]) => [other, name]);
  return {
    of: 'images',
    names: Object.fromEntries(names) as Record<string, string>,
    pin: { tags: overlay.tags ?? {} },
  };
}

export const kustomizeAppModel: AppModel<KustomizeApp, KustomizeAppOverlay> = {
  schema: v.schema<KustomizeAppProps>({
    folder: folder('', 'deploy/cache'),
    ...appliedAppRules,
    path: v.optional(path),
    namespaces: v.optional(v.oneOf(['own', 'app'])),
    secrets: v.optional(inSecrets),
  }),
  overlaySchema: v.schema<KustomizeAppOverlay>({ ...objectsOverlayRules, path: v.optional(path) }),
  checkOverlay: objectsOverlayProblems,
  version: objectsVersion,
};
