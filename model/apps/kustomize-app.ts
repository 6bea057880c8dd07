import type { ObjectsAppProps } from './app';
import { withDefaults } from '../defaults';
import type { PatchesByName } from '../patches/patch';
import type { InSecret } from '../secrets/secret';

/** What may be said of a kustomize folder. */
export interface KustomizeAppProps<After extends string = string> extends ObjectsAppProps<After> {
  /** The folder beside `fleet.ts`: manifests, with a `kustomization.yaml` or without. */
  readonly folder: string;
  /**
   * Whether the folder's objects say their namespaces themselves; if not, the app's is put into each.
   * @default false
   */
  readonly ownNamespaces?: boolean;
  /**
   * The keys of the Secret of the app's name in its namespace, which the folder's objects name: `{ token: inSecret() }`.
   * @default - none
   */
  readonly secrets?: Readonly<Record<string, InSecret>>;
}

/** What a cluster may change of a {@link KustomizeApp}. */
export interface KustomizeAppOverlay {
  /** Other tags of images: `{ 'ghcr.io/stefanprodan/podinfo': '6.9.3' }`. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Other numbers of pods, by the workloads' names. */
  readonly replicas?: Readonly<Record<string, number>>;
  /** Patches of the app's objects, by kind and name: the part that is merged in, or the steps of a JSON patch. */
  readonly patches?: PatchesByName;
}

/** A kustomize folder of the user's, and a Namespace of the app's name. */
export interface KustomizeApp<After extends string = string> extends Required<KustomizeAppProps<After>> {
  readonly type: 'kustomize';
}

/** A kustomize folder of the user's as an app: https://kubectl.docs.kubernetes.io/references/kustomize */
export function kustomizeApp<const After extends string = never>(
  props: KustomizeAppProps<After>,
): KustomizeApp<NoInfer<After>> {
  const defaults = {
    after: [],
    timeout: '3m',
    podSecurity: 'restricted' as const,
    health: [],
    ownNamespaces: false,
    secrets: {},
  };
  return { ...withDefaults(defaults, props), type: 'kustomize' };
}
