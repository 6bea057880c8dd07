import type { KubernetesObject } from './manifest';

/** A way to install Flux, as Pulumi does it. */
export interface FluxProgram<F extends { readonly type: string } = { readonly type: string }> {
  /** The objects of the release's manifest, as they are installed. */
  objects(flux: F): KubernetesObject[];
  /** An object by which what was installed installs Flux; it is waited for. @default - none */
  instance?(flux: F): KubernetesObject;
}
