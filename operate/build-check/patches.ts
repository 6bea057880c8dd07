import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import { parse } from 'yaml';

import type { PatchTarget } from '../../model';
import type { Unit } from './built';
import { buildIn, inTempFolder } from './tool';

interface Overlay {
  readonly resources?: readonly string[];
  readonly patches?: readonly { readonly path: string; readonly target?: PatchTarget }[];
}

/**
 * The user's patches whose target fits no object of the app's base. Kustomize leaves such a patch out, and reports nothing.
 * It is asked by an annotation for each target: what a target fits depends on labels, prefixes and generators.
 */
export async function unusedPatches(command: string, manifests: string, units: readonly Unit[]) {
  const found = units
    .map((unit) => ({ unit, ...uncertain(manifests, unit) }))
    .filter(({ targets }) => targets.length > 0);
  if (found.length === 0) return [];
  const text = await inTempFolder(async (folder) => {
    for (const { unit, base, targets } of found) {
      const own = join(folder, unit.name);
      const patches = targets.map((target, index) => {
        const annotations = { [annotation(unit, index)]: '' };
        const patch = JSON.stringify({ apiVersion: 'v1', kind: 'Any', metadata: { name: 'any', annotations } });
        return { target, patch };
      });
      const resources = [relative(own, join(manifests, unit.path, base))];
      mkdirSync(own);
      writeFileSync(join(own, 'kustomization.yaml'), JSON.stringify({ resources, patches }));
    }
    const resources = found.map(({ unit }) => unit.name);
    return (await buildIn(folder, command, { resources })).stdout;
  });
  // Without any text, a base or a target has a mistake, which the build itself reports.
  return found.flatMap(({ unit, targets }) =>
    targets
      .filter((_, index) => text && !text.includes(`${annotation(unit, index)}:`))
      .map((target) => ({ unit, target })),
  );
}

function annotation({ name }: Unit, index: number): string {
  return `flux-fleet/patch-${name}-${index}`;
}

/** The targets that were not compared with the app's objects when the manifests were written, and where those are. */
function uncertain(manifests: string, { path }: Unit): { base: string; targets: readonly PatchTarget[] } {
  const file = join(manifests, path, 'kustomization.yaml');
  const { resources = [], patches = [] } = existsSync(file) ? (parse(readFileSync(file, 'utf8')) as Overlay) : {};
  const targets = patches.filter(({ path: own, target }) => /^\d/.test(own) || (target && !target.version));
  return {
    base: resources.find((each) => /(^|\/)base$/.test(each)) ?? '.',
    targets: targets.flatMap(({ target }) => target ?? []),
  };
}
