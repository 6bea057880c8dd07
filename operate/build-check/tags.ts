import { type Fleet, imagesIn, type KustomizeAppOverlay, type Problem } from '../../model';
import { nearest } from '../../model/validation/values';
import type { BuiltObject, Unit } from './built';

/** The tags of a unit in a cluster for images that its build does not have. Kustomize leaves them out, and reports nothing. */
export function* unusedTags({ runs }: Fleet, unit: Unit, built: readonly BuiltObject[]): Iterable<Problem> {
  const { tags = {} } = (runs[unit.cluster]?.[unit.name] ?? {}) as KustomizeAppOverlay;
  const own = built.filter((one) => one.unit === unit);
  const images = imagesIn(own.map(({ object }) => object));
  for (const name of own.length === 0 ? [] : Object.keys(tags).filter((each) => !images.includes(each))) {
    const place = `runs.${unit.cluster}.${unit.name}.tags.${name}`;
    yield { place, problem: 'no image that is built has this name', next: nearest(name, images) };
  }
}
