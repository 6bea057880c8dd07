import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Rendered } from './built';
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

async function changed(command: string, { objects }: Rendered, kustomization: object): Promise<Rendered> {
  const [hooks, others] = [true, false].map((is) => objects.filter(({ object }) => hooksOf(object).length > 0 === is));
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
  return { objects: [...after, ...hooks!] };
}
