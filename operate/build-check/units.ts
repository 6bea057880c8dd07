import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

import { parse } from 'yaml';

import { clusterFolder, fluxRoot } from '../../model';

/** What one Flux Kustomization builds: an app or a tenant in a cluster, or the cluster's own folder. */
export interface Unit {
  /** The name of the app or tenant; of the cluster's own folder, the name of Flux's root. */
  readonly name: string;
  readonly cluster: string;
  /** The folder that is built: `apps/app-a/overlays/dev`. */
  readonly path: string;
}

interface FluxKustomization {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
  readonly spec?: { readonly path?: string };
}

/** The clusters that a folder of manifests is for. */
export function clustersIn(manifests: string): string[] {
  return existsSync(join(manifests, 'clusters')) ? readdirSync(join(manifests, 'clusters')).sort() : [];
}

/** What is built in a cluster. The files in a cluster's folder are written by us alone. */
export function unitsOf(manifests: string, cluster: string): Unit[] {
  const folder = clusterFolder(cluster);
  const units = readdirSync(join(manifests, folder)).flatMap((file): Unit[] => {
    const { kind, metadata, spec } = parse(readFileSync(join(manifests, folder, file), 'utf8')) as FluxKustomization;
    // The file of kustomize itself has the same kind, and no name.
    if (kind !== 'Kustomization' || !metadata?.name || !spec?.path) return [];
    return [{ name: metadata.name, cluster, path: posix.normalize(spec.path) }];
  });
  return [{ name: fluxRoot, cluster, path: folder }, ...units];
}
