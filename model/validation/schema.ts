import type { Problem } from '../fleet-error';

/** What is wrong with the value at a place in `fleet.ts`: nothing, when it keeps the rule. */
export type Rule = (place: string, value: unknown) => Iterable<Problem>;

/** A rule that a value keeps or breaks as a whole: it says what the value is not, and what to write. */
export function rule(keeps: (value: unknown) => boolean, what: string, next: string): Rule {
  return function* (place, value) {
    if (!keeps(value)) yield { place, problem: `\`${shown(value)}\` is not ${what}`, next };
  };
}

/** Text of a pattern. */
export function text(pattern: RegExp, what: string, next: string): Rule {
  return rule((value) => typeof value === 'string' && pattern.test(value), what, next);
}

/** Any text. */
export const words = text(/^[^\0]*$/, 'text', 'Put it in quotes');

/** An object that one of the model's own functions made, by its type. */
export function madeBy(shapes: Readonly<Record<string, Rule>>, what: string, example: string): Rule {
  const next = `Make it as in \`${example}\``;
  const known = rule((value) => isObject(value) && Object.hasOwn(shapes, textOf(value['type'])), what, next);
  return function* (place, value) {
    yield* known(place, value);
    if (isObject(value) && Object.hasOwn(shapes, textOf(value['type'])))
      yield* shapes[textOf(value['type'])]!(place, value);
  };
}

/** One of a few words. */
export function oneOf(options: readonly string[]): Rule {
  const keeps = (value: unknown) => typeof value === 'string' && options.includes(value);
  return rule(keeps, 'a choice here', `Use one of ${options.map((option) => `\`${option}\``).join(', ')}`);
}

/** True or false. */
export const yesOrNo = rule((value) => typeof value === 'boolean', 'true or false', 'Use `true` or `false`');

/** A whole number from `least` to `most`. */
export function whole([least, most]: readonly [number, number], what: string): Rule {
  const keeps = (value: unknown) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
  return rule(keeps, what, `Use a whole number from ${least} to ${most}`);
}

export const anyPort = whole([1, 65535], 'a possible port');
export const nodePort = whole([30000, 32767], 'a possible node port');

/** A value that keeps a rule, or null. */
export function orNull(of: Rule): Rule {
  return (place, value) => (value === null ? [] : of(place, value));
}

/** A list whose items each keep a rule. */
export function list(item: Rule): Rule {
  return function* (place, value) {
    if (Array.isArray(value)) for (const [index, each] of value.entries()) yield* item(`${place}.${index}`, each);
    else yield { place, problem: `\`${shown(value)}\` is not a list`, next: 'Write it as `[…]`' };
  };
}

/** An object whose keys and values each keep a rule. */
export function entries(key: Rule, value: Rule): Rule {
  return function* (place, object) {
    if (!isObject(object)) {
      yield notAnObject(place, object);
      return;
    }
    for (const [name, each] of Object.entries(object)) {
      yield* key(at(place, name), name);
      yield* value(at(place, name), each);
    }
  };
}

/** The keys that an object must have and those that it may have, each with its rule. */
export interface Shape {
  readonly required?: Readonly<Record<string, Rule>>;
  readonly optional?: Readonly<Record<string, Rule>>;
}

/** An object of known keys. */
export function shape({ required = {}, optional = {} }: Shape): Rule {
  const rules = new Map(Object.entries({ ...required, ...optional }));
  return function* (place, object) {
    if (!isObject(object)) {
      yield notAnObject(place, object);
      return;
    }
    for (const key of Object.keys(object)) {
      if (!rules.has(key)) yield unknownKey(at(place, key), key, [...rules.keys()]);
    }
    for (const [key, each] of rules) {
      if (object[key] !== undefined) yield* each(at(place, key), object[key]);
      else if (key in required) yield { place: at(place, key), problem: 'it is missing', next: `Add \`${key}\`` };
    }
  };
}

/** The place of a key of the object at a place. */
export function at(place: string, key: string): string {
  return place === '' ? key : `${place}.${key}`;
}

/** Whether a value is an object with keys of its own making: no list, no function. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object of which nothing is known yet. */
export type Named = Readonly<Record<string, unknown>>;

/** The value, where it is an object; else one with nothing in it. */
export function named(value: unknown): Named {
  return isObject(value) ? value : {};
}

/** Text and numbers as text; nothing of anything else, which might have no text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Names as a sentence lists them. */
export function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ') || '(none yet)';
}

function unknownKey(place: string, key: string, known: readonly string[]): Problem {
  // The type is set by webApp(), kind() and the like, never by hand.
  const offered = known.filter((name) => name !== 'type');
  return { place, problem: `there is no key \`${key}\` here`, next: `Use one of ${listed(offered)}` };
}

function notAnObject(place: string, value: unknown): Problem {
  return { place, problem: `\`${shown(value)}\` is not an object`, next: 'Write it as `{ … }`' };
}

/** A value as a message shows it: short, and whatever it is. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return '[…]';
  if (typeof value === 'object' && value !== null) return '{ … }';
  return typeof value === 'function' ? 'a function' : String(value);
}
