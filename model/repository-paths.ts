/** The paths in the repository that Flux reads, by which constructs/ writes it and operate/ reads it. */

/** The folder of the clusters' folders. */
export const clustersFolder = 'clusters';

/** The folders of what a cluster runs. */
export type UnitsFolder = 'apps' | 'tenants';

/** The folder that a cluster's root Flux Kustomization reconciles: a file for each app and tenant that it runs. */
export const clusterFolder = (cluster: string) => `${clustersFolder}/${cluster}`;

/** A path in the repository of what has a path among the fleet's files. */
export const inFolder = (folder: string, path: string) => (folder ? `${folder}/${path}` : path);

/** The folder of an app or a tenant. */
export const unitFolder = (folder: UnitsFolder, unit: string) => `${folder}/${unit}`;

/** The folder of what every cluster has that runs an app or a tenant. */
export const baseFolder = (folder: UnitsFolder, unit: string) => `${unitFolder(folder, unit)}/base`;

/** The folder of what a cluster changes of that. */
export const overlayFolder = (folder: UnitsFolder, unit: string, cluster: string) =>
  `${unitFolder(folder, unit)}/overlays/${cluster}`;

/** The part of the fleet that a file of the repository makes. */
export type RepositoryPart =
  | { readonly kind: 'unit in cluster'; readonly unit: string; readonly cluster: string }
  | { readonly kind: 'base'; readonly folder: UnitsFolder; readonly unit: string; readonly file: string }
  | { readonly kind: 'overlay'; readonly folder: UnitsFolder; readonly unit: string; readonly cluster: string }
  | { readonly kind: 'chart'; readonly chart: string };

/** What a file is a part of; undefined for a list of files, and for what the fleet does not generate. */
export function repositoryPart(path: string): RepositoryPart | undefined {
  const [top, name = '', third = '', fourth, ...rest] = path.split('/');
  if (third === '') return undefined;
  if (top === clustersFolder) {
    const unit = /^(.+)\.yaml$/.exec(third)?.[1];
    const isUnit = unit !== undefined && unit !== 'kustomization' && fourth === undefined;
    return isUnit ? { kind: 'unit in cluster', unit, cluster: name } : undefined;
  }
  if (top === 'charts') return { kind: 'chart', chart: name };
  if ((top !== 'apps' && top !== 'tenants') || fourth === undefined) return undefined;
  if (third === 'base') return { kind: 'base', folder: top, unit: name, file: [fourth, ...rest].join('/') };
  return third === 'overlays' && rest.length > 0
    ? { kind: 'overlay', folder: top, unit: name, cluster: fourth }
    : undefined;
}
