import { type Fleet, imageOverrides, imagesIn, type KustomizeAppOverlay, type Problem } from '../../model';
import { nearest } from '../../model/validation/values';
import type { BuiltObject, Unit } from './built';

/** What a unit overrides in a cluster of images that its build does not have. Kustomize leaves it out, and reports nothing. */
export function* unusedImages({ runs }: Fleet, unit: Unit, built: readonly BuiltObject[]): Iterable<Problem> {
  const overlay = (runs[unit.cluster]?.[unit.name] ?? {}) as KustomizeAppOverlay;
  const own = built.filter((one) => one.unit === unit);
  const images = imagesIn(own.map(({ object }) => object));
  for (const [key, name, newName] of own.length === 0 ? [] : imageOverrides(overlay)) {
    if (images.includes(newName)) continue;
    const place = `runs.${unit.cluster}.${unit.name}.${key}.${name}`;
    yield { place, problem: 'no image that is built has this name', next: nearest(name, images) };
  }
}
