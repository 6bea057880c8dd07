import type { Problem } from '../fleet-error';

/** The place of a key of the object at a place. */
export function at(place: string, key: string): string {
  return place === '' ? key : `${place}.${key}`;
}

/** An object whose properties are not known. */
export type UnknownRecord = Readonly<Record<string, unknown>>;

/** Whether a value is an object with keys: not a list, not a function. */
export function isObject(value: unknown): value is UnknownRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value itself when it is an object; an empty object otherwise. */
export function asRecord(value: unknown): UnknownRecord {
  return isObject(value) ? value : {};
}

/** A string or number as a string; an empty string for any other value. */
export function toText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Names as a sentence lists them. */
export function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ') || '(none)';
}

const label = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/** A name that is too long or has characters that are not allowed. */
export function* validName(place: string, name: string, maxLength: number): Iterable<Problem> {
  if (name === 'constructor') yield nameInUse(place, name, 'a property that every object has in JavaScript');
  if (label.test(name) && name.length <= maxLength) return;
  yield {
    place,
    problem: `invalid name: \`${name}\``,
    next: `Use at most ${maxLength} lower-case letters, digits and dashes, starting with a letter and not ending with a dash`,
  };
}

export function nameInUse(place: string, name: string, owner: string): Problem {
  return { place, problem: `\`${name}\` is the name of ${owner}`, next: 'Choose another name' };
}

/** The next step for a name that is not known: the one that differs from it least, and what else there is. */
export function nearest(name: string, known: readonly string[]): string {
  const byDistance = [...new Set(known)].map((each) => ({ each, distance: distance(name, each) }));
  const [first, ...others] = byDistance.sort((a, b) => a.distance - b.distance).map(({ each }) => each);
  if (first === undefined) return 'Remove it';
  return `Use \`${first}\`${others.length > 0 ? `, or one of ${listed(others)}` : ''}`;
}

/** How many characters to add, remove or replace to get from one text to the other. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, character] of [...from].entries()) {
    const next = [index + 1];
    for (let at = 1; at <= to.length; at++)
      next.push(Math.min(next[at - 1]! + 1, row[at]! + 1, row[at - 1]! + (character === to[at - 1] ? 0 : 1)));
    row = next;
  }
  return row.at(-1)!;
}
