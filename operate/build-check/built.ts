import type { PostBuild } from '../../model';
import type { KubernetesObject } from './object';

/** What one Flux Kustomization builds: an app or a tenant in a cluster, or the cluster's own folder. */
export interface Unit {
  /** The name of the app or tenant; of the cluster's own folder, the name of Flux's root. */
  readonly name: string;
  readonly cluster: string;
  /** The folder that is built: `apps/app-a/overlays/dev`. */
  readonly path: string;
  /** What Flux writes for `${NAME}` in its objects. @default - `${NAME}` stays */
  readonly postBuild?: PostBuild;
}

/** An object that a unit makes in a cluster. */
export interface BuiltObject {
  readonly unit: Unit;
  readonly object: KubernetesObject;
  /** The file in the manifests that has it, or that configures the generator which makes it. */
  readonly file: string;
  /** Whether it comes out of a chart. */
  readonly chart?: boolean;
  /** The HelmRelease of that chart. */
  readonly release?: KubernetesObject;
}

/** What a release makes. */
export interface Rendered {
  readonly objects: readonly Omit<BuiltObject, 'unit'>[];
  /** What is wrong, and in which file of the manifests where Helm says so. */
  readonly error?: { readonly message: string; readonly file?: string };
  /** What was not checked, and why. */
  readonly notice?: string | undefined;
}

/** What is wrong with an object that was built. */
export interface Fault {
  readonly built: BuiltObject;
  readonly problem: string;
  readonly next: string;
}
