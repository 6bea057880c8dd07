import type { Problem } from '../fleet-error';

const label = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/** A name that is too long or has characters that are not allowed. */
export function* validName(place: string, name: string, maxLength: number): Iterable<Problem> {
  if (label.test(name) && name.length <= maxLength) return;
  yield {
    place,
    problem: `invalid name: \`${name}\``,
    next: `Use at most ${maxLength} lower-case letters, digits and dashes, starting with a letter and not ending with a dash`,
  };
}

/** A name that something else has. */
export function nameInUse(place: string, name: string, owner: string): Problem {
  return { place, problem: `\`${name}\` is the name of ${owner}`, next: 'Choose another name' };
}
