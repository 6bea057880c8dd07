import { asRecord, isObject } from '../../model/validation/values';
import type { KubernetesObject } from '../build-check/object';
import { itemKeys } from './lists';

/** The images of an object's containers, by where they are: `spec.template.spec.containers[app-a]`. */
export function imagesOf(object: KubernetesObject | undefined): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const visit = (part: unknown, path: string, key: string) => {
    if (Array.isArray(part)) {
      const keyOf = itemKeys(key, part, []);
      part.forEach((item, index) => visit(item, `${path}[${keyOf?.(item) ?? index}]`, key));
    } else if (isObject(part)) {
      const { image } = asRecord(part);
      if (typeof image === 'string' && /^(initC|ephemeralC|c)ontainers$/.test(key)) found.set(path, image);
      for (const [name, value] of Object.entries(part)) visit(value, `${path}.${name}`, name);
    }
  };
  visit(object?.['spec'], 'spec', 'spec');
  return found;
}

/** An image without its tag and digest: `ghcr.io/org/app`. */
export function imageName(reference: string): string {
  return reference.replace(/(:[^:/@]*)?(@.*)?$/, '');
}

/** What follows an image's name: `1.2.3`, `sha256:0123…`. */
export function imageVersion(reference: string): string {
  return reference
    .slice(imageName(reference).length)
    .replace(/^:/, '')
    .replace(/@(\w+:\w{12})\w*/, ' $1…')
    .trim();
}
