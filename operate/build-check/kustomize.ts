import { existsSync, readdirSync } from 'node:fs';
import { join, posix, relative, resolve, sep } from 'node:path';

import { load } from 'js-yaml';

import { kustomizeFileNames, repositoryPart, unitFolder } from '../../model';
import type { BuiltObject, Unit } from './built';
import { type KubernetesObject, objectsIn } from './object';
import { buildIn, inTempFolder } from './tool';

/** The annotation in which kustomize says where an object comes from. */
const originAnnotation = 'config.kubernetes.io/origin';

/** What kustomize made of several folders at once. */
export interface Build {
  readonly objects: readonly BuiltObject[];
  /** What is wrong, and in which of the folders that were built; undefined where everything was built. */
  readonly error?: { readonly message: string; readonly path?: string };
}

/**
 * Builds units by one process, as Flux builds each. Without the file that an object comes from, Flux's result is the same.
 *
 * https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/buildmetadata
 */
export async function kustomizeBuild(command: string, manifests: string, units: readonly Unit[]): Promise<Build> {
  return inTempFolder(async (folder) => {
    const resources = units.flatMap(({ path }) =>
      resourcesIn(join(manifests, path)).map((one) => posixPath(folder, one)),
    );
    const file = { resources, buildMetadata: ['originAnnotations'] };
    const { stdout, error } = await buildIn(folder, command, file);
    if (error !== undefined) return { objects: [], error: innermost(error, manifests) };
    const { objects, problems } = objectsIn(stdout);
    const built = objects.map((object): BuiltObject => {
      const { origin, object: own } = withoutOrigin(object);
      const file = posixPath(manifests, resolve(folder, origin));
      // A base is that of one app, whose overlay is built.
      return { file, object: own, unit: units.find((one) => file.startsWith(`${ownFolder(one)}/`)) ?? units[0]! };
    });
    return { objects: built, ...(problems.length > 0 && { error: { message: problems.join('; ') } }) };
  });
}

/** A folder that kustomize builds; of one without its file, the manifests in it, as Flux has it. */
function resourcesIn(folder: string): string[] {
  if (!existsSync(folder) || kustomizeFileNames.some((name) => existsSync(join(folder, name)))) return [folder];
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return resourcesIn(path);
    return /\.ya?ml$/.test(entry.name) ? [path] : [];
  });
}

function posixPath(from: string, to: string): string {
  return relative(from, to).split(sep).join('/');
}

/** The innermost of kustomize's nested errors. */
function innermost(error: string, manifests: string): NonNullable<Build['error']> {
  const text = error
    .replace(/^Error: /, '')
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll(`${manifests}/`, '');
  const [outer, ...inner] = text.split(/(?:recursed accumulation of|couldn't make target for) path '([^']*)': /);
  const [path, last] = inner.length > 0 ? inner.slice(-2) : [undefined, outer];
  const cause = /^accumulating resources: accumulation err='accumulating resources from '[^']*': (.*?)': /.exec(
    last!,
  )?.[1];
  const message = cause ?? last!.replace(/^(accumulating resources: )?accumulating resources from '[^']*': /, '');
  return { message, ...(path && { path }) };
}

/** An object without the annotation that says which file it comes from, and that file. */
export function withoutOrigin(built: KubernetesObject): { readonly origin: string; readonly object: KubernetesObject } {
  const { [originAnnotation]: origin = '', ...annotations } = built.metadata.annotations ?? {};
  const { path, configuredIn } = (load(origin || '{}') ?? {}) as {
    readonly path?: string;
    readonly configuredIn?: string;
  };
  return { origin: path ?? configuredIn ?? '.', object: { ...built, metadata: { ...built.metadata, annotations } } };
}

/** The folder with the base and the overlays of a unit: `apps/app-a`. */
export function ownFolder({ path }: Unit): string {
  const part = repositoryPart(posix.join(path, 'kustomization.yaml'));
  return part?.kind === 'overlay' ? unitFolder(part.folder, part.unit) : path;
}
