import { describe, expect, it } from 'vitest';
import { Errors } from '../../constructs/manifests';
import { FleetError } from '../../model';

const problem = (place: string) => ({ place, problem: 'broken', next: 'Fix it' });

describe('the errors of several steps', () => {
  it('are thrown as one, and a step without an error gives its result', () => {
    const errors = new Errors();
    expect(errors.collect(() => 1)).toBe(1);
    errors.throwIfAny();
    const step = () => {
      throw new FleetError(problem('a'), problem('b'));
    };
    expect(errors.collect(step)).toBeUndefined();
    errors.add([problem('c')]);
    expect(() => errors.throwIfAny()).toThrow(new FleetError(problem('a'), problem('b'), problem('c')));
  });

  it('do not hide an error of the program itself', () => {
    const step = () => {
      throw new TypeError('a fault');
    };
    expect(() => new Errors().collect(step)).toThrow(TypeError);
  });
});
