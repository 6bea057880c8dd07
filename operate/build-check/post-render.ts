import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { BuiltObject, Rendered } from './built';
import { withoutOrigin } from './kustomize';
import { hooksOf, objectsIn } from './object';
import type { Release } from './releases';
import { inTempFolder, run } from './tool';

/** What Flux makes of rendered objects: https://fluxcd.io/flux/components/helm/helmreleases/#post-renderers */
export async function postRender(command: string, rendered: Rendered, { postRenderers }: Release): Promise<Rendered> {
  let result = rendered;
  for (const kustomization of postRenderers)
    result = result.error ? result : await changed(command, result, kustomization);
  return result;
}

/** Whether Helm makes an object of a chart apart from the release: a hook, or a definition in its `crds/`. */
export function isApart({ chart, file, object }: Omit<BuiltObject, 'unit'>): boolean {
  return hooksOf(object).length > 0 || (chart === true && /\/crds\/[^/]/.test(file));
}

async function changed(command: string, { objects }: Rendered, kustomization: object): Promise<Rendered> {
  const [apart, others] = [true, false].map((is) => objects.filter((one) => isApart(one) === is));
  const { stdout, error } = await inTempFolder((folder) => {
    others!.forEach(({ object }, index) => writeFileSync(join(folder, `${index}.yaml`), JSON.stringify(object)));
    const resources = others!.map((_, index) => `${index}.yaml`);
    const file = { ...kustomization, resources, buildMetadata: ['originAnnotations'] };
    writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify(file));
    return run(command, ['build', folder], folder);
  });
  if (error !== undefined) {
    return { objects, error: { message: `its \`postRenderers\` do not fit: ${error.replace(/^Error: /, '')}` } };
  }
  const after = objectsIn(stdout).objects.map((built) => {
    const { origin, object } = withoutOrigin(built);
    return { ...others![Number.parseInt(origin)]!, object };
  });
  return { objects: [...after, ...apart!] };
}
