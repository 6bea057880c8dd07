import type { Problem } from '../fleet-error';

const label = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/** A name that is of no possible length or letters; `most` is the greatest length. */
export function* possibleName(place: string, name: string, most: number): Iterable<Problem> {
  if (label.test(name) && name.length <= most) return;
  yield {
    place,
    problem: `\`${name}\` is not a possible name`,
    next: `Use at most ${most} lower-case letters, digits and dashes, a letter first, no dash last`,
  };
}

/** A name that is something else's. */
export function taken(place: string, name: string, whose: string): Problem {
  return { place, problem: `\`${name}\` is the name ${whose}`, next: 'Choose another name' };
}
