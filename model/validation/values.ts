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
