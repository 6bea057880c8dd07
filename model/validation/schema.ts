import type { Problem } from '../fleet-error';
import { asRecord, at, isObject, listed, toText } from './values';

/** Yields what is wrong with the value at a place in `fleet.ts`; nothing, when it is valid. */
export type Check = (place: string, value: unknown) => Iterable<Problem>;

/** A check that accepts the values of a type. */
export interface Rule<T> extends Check {
  /** Never set. Its type makes a rule for one type incompatible with a rule for another. */
  readonly accepts?: (value: T) => T;
}

export interface Optional<T> {
  readonly optional: Rule<T>;
}

/** One rule for each property of an interface: required for a required property, optional for an optional one. */
export type Rules<T> = {
  readonly [K in keyof T]-?: object extends Pick<T, K> ? Optional<Exclude<T[K], undefined>> : Rule<T[K]>;
};

/** A property that may be left out. */
export function optional<T>(rule: Rule<T>): Optional<T> {
  return { optional: rule };
}

/** The schema of an interface: an object with these properties and no others. */
export function schema<T extends object = never>(rules: NoInfer<Rules<T>>): Rule<T> {
  const byKey = new Map<string, Check | Optional<unknown>>(Object.entries(rules));
  return function* (place, object) {
    if (!isObject(object)) {
      yield mismatch(place || 'fleet.ts', object, anObject);
      return;
    }
    for (const key of Object.keys(object)) {
      if (!byKey.has(key)) yield unknownProperty(at(place, key), key, [...byKey.keys()]);
    }
    for (const [key, rule] of byKey) {
      if (object[key] !== undefined) yield* ('optional' in rule ? rule.optional : rule)(at(place, key), object[key]);
      else if (!('optional' in rule)) {
        yield { place: at(place, key), problem: 'this required property is missing', next: `Add \`${key}\`` };
      }
    }
  };
}

/** What a value should be, and how to write it. */
interface Expectation {
  /** A noun with its article: `a list`. */
  readonly what: string;
  readonly next: string;
}

const anObject: Expectation = { what: 'an object', next: 'Write it as `{ … }`' };

/** A value that a function accepts; `what` is a noun without an article: `port`. */
export function custom<T>(accepts: (value: unknown) => boolean, what: string, next: string): Rule<T> {
  return function* (place, value) {
    if (!accepts(value)) yield { place, problem: `invalid ${what}: \`${shown(value)}\``, next };
  };
}

export function pattern(regex: RegExp, what: string, next: string): Rule<string> {
  return custom((value) => typeof value === 'string' && regex.test(value), what, next);
}

/** A value of a JavaScript type. */
function ofType<T>(accepts: (value: unknown) => boolean, expected: Expectation): Rule<T> {
  return function* (place, value) {
    if (!accepts(value)) yield mismatch(place, value, expected);
  };
}

/** Any string that a file and a container can hold. */
export const string = ofType<string>((value) => typeof value === 'string' && !value.includes('\0'), {
  what: 'a string',
  next: 'Put it in quotes',
});

export const boolean = ofType<boolean>((value) => typeof value === 'boolean', {
  what: '`true` or `false`',
  next: 'Use `true` or `false`',
});

export const anything: Rule<unknown> = () => [];

export function oneOf<const T extends string>(options: readonly T[]): Rule<T> {
  return custom((value) => options.some((option) => option === value), 'value', `Use one of ${listed(options)}`);
}

export function integer([min, max]: readonly [number, number], what: string): Rule<number> {
  const accepts = (value: unknown) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
  return custom(accepts, what, `Use a whole number from ${min} to ${max}`);
}

export const port = integer([1, 65535], 'port');
export const nodePort = integer([30000, 32767], 'node port');

export function nullable<T>(rule: Rule<T>): Rule<T | null> {
  return (place, value) => (value === null ? [] : rule(place, value));
}

/** A list whose items are all accepted by one rule. */
export function list<T>(item: Rule<T>): Rule<readonly T[]> {
  return function* (place, value) {
    if (Array.isArray(value)) for (const [index, each] of value.entries()) yield* item(`${place}.${index}`, each);
    else yield mismatch(place, value, { what: 'a list', next: 'Write it as `[…]`' });
  };
}

/** An object whose keys are all accepted by one rule, and its values by another. */
export function record<K extends PropertyKey, T>(key: Rule<K>, value: Rule<T>): Rule<Readonly<Record<K, T>>> {
  return function* (place, object) {
    if (!isObject(object)) yield mismatch(place, object, anObject);
    else if (hasPrototype(object)) {
      // `{ __proto__: 1 }` sets the prototype, and adds no key: JavaScript reports no error.
      const next = 'Choose another name, and write the object as `{ … }`';
      yield { place: at(place, '__proto__'), problem: 'invalid name: `__proto__`', next };
    }
    for (const [name, each] of Object.entries(asRecord(object))) {
      yield* key(at(place, name), name);
      yield* value(at(place, name), each);
    }
  };
}

/** Whether an object has a prototype of its own. */
function hasPrototype(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype !== null && Object.getPrototypeOf(prototype) !== null;
}

/** How a union is described in messages, and which property tells its members apart. */
interface UnionProps<K> {
  /** A noun with its article: `an app`. */
  readonly what: string;
  /** A call of a function of the model that creates one. */
  readonly example: string;
  /** @default 'type' */
  readonly key?: K;
}

/** One of several interfaces, with a check of its other properties for each value of `type`. */
export function discriminatedUnion<T extends Readonly<Record<K, string>>, K extends string = 'type'>(
  members: Readonly<Record<T[K], Check>>,
  { what, example, key = 'type' as K }: UnionProps<K>,
): Rule<T> {
  return function* (place, value) {
    const { [key as string]: type, ...props } = asRecord(value);
    if (Object.hasOwn(members, toText(type))) yield* members[type as T[K]](place, props);
    else yield mismatch(place, value, { what, next: `Write it as in \`${example}\`` });
  };
}

function unknownProperty(place: string, key: string, known: readonly string[]): Problem {
  return {
    place,
    problem: `unknown property \`${key}\``,
    next: known[0] ? `Use one of ${listed(known)}` : 'Remove it',
  };
}

function mismatch(place: string, value: unknown, { what, next }: Expectation): Problem {
  return { place, problem: `expected ${what}, found \`${shown(value)}\``, next };
}

/** A short form of any value, for messages. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return '[…]';
  if (typeof value === 'object' && value !== null) return '{ … }';
  return typeof value === 'function' ? 'a function' : String(value);
}
