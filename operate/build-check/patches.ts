import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

import { type PatchTarget, wholly } from '../../model';
import type { BuiltObject, Unit } from './built';

/** What an overlay lists of its patches. */
interface Overlay {
  readonly patches?: readonly { readonly path: string; readonly target?: PatchTarget }[];
}

/**
 * The target of each patch in a unit's overlay that fits no object of its build. Kustomize leaves such a patch out, and
 * reports nothing.
 */
export function* unusedPatches(manifests: string, unit: Unit, built: readonly BuiltObject[]): Iterable<string> {
  const file = join(manifests, unit.path, 'kustomization.yaml');
  const own = built.filter((one) => one.unit === unit);
  if (own.length === 0 || !existsSync(file)) return;
  const { patches = [] } = parse(readFileSync(file, 'utf8')) as Overlay;
  for (const { path, target } of patches) {
    const { kind = '.*', name = '' } = target ?? {};
    // Kustomize compares the name before prefixes, suffixes and hashes, too. What was deleted is not there any more.
    const fits = own.some(
      ({ object }) => wholly(kind).test(object.kind) && new RegExp(name).test(object.metadata.name),
    );
    if (!target || fits || /^\$patch: delete$/m.test(readFileSync(join(manifests, unit.path, path), 'utf8'))) continue;
    yield [target.kind, target.name?.replaceAll('\\', '')].filter(Boolean).join('/');
  }
}
