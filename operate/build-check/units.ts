import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

import { load } from 'js-yaml';

import { clusterFolder, clustersFolder, fluxNamespace, fluxRoot, inFolder, type RepositoryLayout } from '../../model';
import type { BuiltObject, Unit } from './built';
import { groupOf, type KubernetesObject } from './object';

/** The clusters that a folder of manifests is for. */
export function clustersIn(manifests: string): string[] {
  const folder = join(manifests, clustersFolder);
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** What is built in a cluster. The files in a cluster's folder are written by us alone. */
export function unitsOf(manifests: string, cluster: string, layout: RepositoryLayout): Unit[] {
  const folder = clusterFolder(cluster);
  const units = readdirSync(join(manifests, folder)).flatMap((file): Unit[] => {
    const object = load(readFileSync(join(manifests, folder, file), 'utf8')) as KubernetesObject;
    const path = fluxPath(object, layout);
    const { postBuild } = (object['spec'] ?? {}) as Pick<Unit, 'postBuild'>;
    return path === undefined ? [] : [{ name: object.metadata.name, cluster, path, ...(postBuild && { postBuild }) }];
  });
  return [{ name: fluxRoot, cluster, path: folder }, ...units];
}

/** What Flux Kustomizations among built objects build in turn, such as the folder of a tenant. */
export function nestedUnits(built: readonly BuiltObject[], layout: RepositoryLayout): Unit[] {
  const known = new Set(built.map(({ unit }) => unit.path));
  return built.flatMap(({ unit, object }) => {
    const path = unit.name === fluxRoot ? undefined : fluxPath(object, layout);
    return path === undefined || known.has(path) ? [] : [{ ...unit, path }];
  });
}

/** The folder of the fleet's files that a Flux Kustomization builds; undefined for any other object. */
export function fluxPath(object: KubernetesObject, { folder }: RepositoryLayout): string | undefined {
  if (object.kind !== 'Kustomization' || groupOf(object) !== 'kustomize.toolkit.fluxcd.io') return undefined;
  const { path, sourceRef } = object['spec'] as {
    readonly path?: string;
    readonly sourceRef?: { readonly kind?: string; readonly name?: string; readonly namespace?: string };
  };
  const own = sourceRef?.kind === 'GitRepository' && sourceRef.name === fluxRoot;
  const here = (sourceRef?.namespace ?? object.metadata.namespace) === fluxNamespace;
  if (!own || !here) return undefined;
  const whole = posix.join(path ?? '.', '.').replace(/\/$/, '');
  const start = inFolder(folder, '');
  return whole.startsWith(start) ? whole.slice(start.length) : undefined;
}
