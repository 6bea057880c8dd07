import { readFileSync } from 'node:fs';
import { loadAll } from 'js-yaml';
import { type Controllers, FleetError, type Platform } from '../../model';

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** The kinds in the manifests of Flux and of the Flux Operator. */
export const manifestKinds = [
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'Deployment',
  'Namespace',
  'NetworkPolicy',
  'ResourceQuota',
  'Service',
  'ServiceAccount',
] as const;

/**
 * The objects of a manifest file.
 *
 * @throws FleetError when the file has no object, or a kind that Flux's manifest does not have.
 */
export function readManifest(file: string): KubernetesObject[] {
  // `yaml` takes ten times as long for these 600 kB.
  const objects = loadAll(readFileSync(file, 'utf8')).filter(Boolean) as unknown as KubernetesObject[];
  const unknown = objects.find(({ kind }) => !(manifestKinds as readonly string[]).includes(kind));
  if (objects.length > 0 && !unknown) return objects;
  throw new FleetError({
    place: file,
    problem: unknown ? `it has a ${unknown.kind}, which no manifest of Flux has` : 'it has no object',
    next: 'Run `npm run fleet -- doctor` to see where the file comes from',
  });
}

/** What a cluster's Flux differs in. */
export interface FluxSettings {
  readonly controllers?: Controllers;
  /** @default 'kubernetes' */
  readonly platform?: Platform;
}

/** A way to install Flux, as Pulumi does it. */
export interface FluxProgram<F extends { readonly type: string } = { readonly type: string }> {
  /** The objects of the release's manifest, as they are installed. */
  objects(flux: F, settings?: FluxSettings): KubernetesObject[];
  /** An object by which what was installed installs Flux; it is waited for. @default - none */
  instance?(flux: F, settings?: FluxSettings): KubernetesObject;
}
