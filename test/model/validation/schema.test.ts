import { describe, expect, it } from 'vitest';
import {
  boolean,
  discriminatedUnion,
  integer,
  list,
  nullable,
  oneOf,
  optional,
  port,
  record,
  schema,
  string,
} from '../../../model/validation/schema';

interface Thing {
  readonly name: string;
  readonly size?: number;
  readonly mode?: 'on' | 'off';
  readonly tags?: readonly string[];
}

const name = string;
const size = optional(port);
const mode = optional(oneOf(['on', 'off']));
const tags = optional(list(string));
const problemsOf = (rule: typeof thing, value: unknown) =>
  [...rule('a', value)].map(({ place, problem, next }) => `${place}: ${problem}. ${next}`);
const thing = schema<Thing>({ name, size, mode, tags });

describe('a schema', () => {
  it('does not compile without a rule for each property of its interface', () => {
    // @ts-expect-error -- name, which is required
    schema<Thing>({ size, mode, tags });
    // @ts-expect-error -- tags, which is optional
    schema<Thing>({ name, size, mode });
    // @ts-expect-error -- a rule for a property that the interface does not have
    schema<Thing>({ name, size, mode, tags, more: string });
    // @ts-expect-error -- no interface
    schema({ name });
  });

  it('does not compile with a rule for another type than that of the property', () => {
    // @ts-expect-error -- a number for a string
    schema<Thing>({ name: port, size, mode, tags });
    // @ts-expect-error -- a string for a number
    schema<Thing>({ name, size: optional(string), mode, tags });
    // @ts-expect-error -- any string for one of two
    schema<Thing>({ name, size, mode: optional(string), tags });
    // @ts-expect-error -- one of three strings for one of two
    schema<Thing>({ name, size, mode: optional(oneOf(['on', 'off', 'auto'])), tags });
    // @ts-expect-error -- one string for one of two
    schema<Thing>({ name, size, mode: optional(oneOf(['on'])), tags });
    // @ts-expect-error -- a list of numbers for a list of strings
    schema<Thing>({ name, size, mode, tags: optional(list(port)) });
    // @ts-expect-error -- a record for a list
    schema<Thing>({ name, size, mode, tags: optional(record(string, string)) });
    // @ts-expect-error -- a value that may be null
    schema<Thing>({ name: nullable(string), size, mode, tags });
    // @ts-expect-error -- the schema of another interface
    schema<{ readonly inner: Thing }>({ inner: schema<{ readonly size: number }>({ size: port }) });
  });

  it('does not compile where optional and required are confused', () => {
    // @ts-expect-error -- optional for a required property
    schema<Thing>({ name: optional(string), size, mode, tags });
    // @ts-expect-error -- required for an optional property
    schema<Thing>({ name, size: port, mode, tags });
  });

  it('does not compile for a union without one of its members', () => {
    type Either = { readonly type: 'a' } | { readonly type: 'b' };
    // @ts-expect-error -- b
    discriminatedUnion<Either>({ a: schema<object>({}) }, { what: 'either', example: 'a()' });
  });

  it('accepts what the interface allows', () => {
    expect(problemsOf(thing, { name: 'x', size: 1, mode: 'on', tags: ['t'] })).toEqual([]);
    expect(problemsOf(thing, { name: 'x', size: undefined })).toEqual([]);
  });

  it('names every mistake at once, each with its path', () => {
    expect(problemsOf(thing, { sizes: 1, size: 0, mode: 'auto', tags: ['t', 2] })).toEqual([
      'a.sizes: unknown property `sizes`. Use one of `name`, `size`, `mode`, `tags`',
      'a.name: this required property is missing. Add `name`',
      'a.size: invalid port: `0`. Use a whole number from 1 to 65535',
      'a.mode: invalid value: `auto`. Use one of `on`, `off`',
      'a.tags.1: expected a string, found `2`. Put it in quotes',
    ]);
    expect(problemsOf(thing, [])).toEqual(['a: expected an object, found `[…]`. Write it as `{ … }`']);
    expect([...schema<object>({})('a', { b: 1 })]).toMatchObject([{ place: 'a.b', next: 'Remove it' }]);
  });
});

describe('a rule', () => {
  it.each([
    [boolean, 'yes', 'expected `true` or `false`, found `yes`'],
    [list(string), 'x', 'expected a list, found `x`'],
    [record(string, port), 1, 'expected an object, found `1`'],
    [record(string, port), { x: 'y' }, 'invalid port: `y`'],
    [integer([1, 2], 'number'), 1.5, 'invalid number: `1.5`'],
    [nullable(port), undefined, 'invalid port: `undefined`'],
    [string, 'a\0b', 'expected a string, found `a\0b`'],
    [string, () => 1, 'expected a string, found `a function`'],
  ])('%# refuses %o', (rule, value, problem) => {
    expect([...rule('a', value)].map((each) => each.problem)).toEqual([problem]);
  });

  it('accepts null where it is told to', () => {
    expect([...nullable(port)('a', null)]).toEqual([]);
  });
});
