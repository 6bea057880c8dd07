import { describe, expect, it } from 'vitest';
import { times } from '../../../constructs/apps/helm/renderer';
import { jsonPatched } from '../../../constructs/patches/json-patch';
import { merged } from '../../../constructs/patches/merge-patch';
import type { JsonOperation } from '../../../model';

const object = { list: [1, 2], map: { 'a/b': 1, 'c~d': 2 }, zero: 0 };
const patched = (...steps: JsonOperation[]) => jsonPatched(object, steps);

describe('the operations of a JSON patch', () => {
  it('are applied in order, and do not change the object itself', () => {
    const result = patched(
      { op: 'add', path: '/list/-', value: 3 },
      { op: 'add', path: '/list/0', value: 0 },
      { op: 'remove', path: '/list/1' },
      { op: 'replace', path: '/map/a~1b', value: 'x' },
      { op: 'move', from: '/map/c~0d', path: '/moved' },
      { op: 'copy', from: '/map', path: '/copied' },
      { op: 'test', path: '/zero', value: 0 },
    );
    expect(result).toEqual({
      list: [0, 2, 3],
      map: { 'a/b': 'x' },
      moved: 2,
      copied: { 'a/b': 'x' },
      zero: 0,
    });
    expect(object.list).toEqual([1, 2]);
  });

  it('compare objects by content, in any order of keys', () => {
    const value = { 'c~d': 2, 'a/b': 1 };
    expect(patched({ op: 'test', path: '/map', value })).toEqual(object);
  });

  it.each<[JsonOperation, string]>([
    [{ op: 'remove', path: '/none/x/y' }, '`/none` does not exist in the base'],
    [{ op: 'replace', path: '/toString', value: 1 }, '`/toString` does not exist in the base'],
    [{ op: 'add', path: '/list/3', value: 1 }, '`/list/3` does not exist in the base'],
    [{ op: 'add', path: '/list/01', value: 1 }, '`/list/01` does not exist in the base'],
    [{ op: 'add', path: '/zero/x', value: 1 }, '`/zero/x` does not exist in the base'],
    [{ op: 'remove', path: '/list/-' }, '`/list/-` does not exist in the base'],
    [{ op: 'replace', path: '/no', value: 1 }, '`/no` does not exist in the base'],
    [{ op: 'move', from: '/no', path: '/a' }, '`/no` does not exist in the base'],
    [{ op: 'copy', from: '/map/toString', path: '/a' }, '`/map/toString` does not exist in the base'],
    [{ op: 'test', path: '/zero', value: 1 }, '`/zero` is `0` in the base'],
  ])('are refused for a path that does not exist: %o', (step, problem) => {
    expect(() => patched(step)).toThrow(problem);
  });
});

describe('a merge', () => {
  const pod = { containers: [{ name: 'a', image: 'x', env: [{ name: 'E', value: '1' }], args: ['1', '2'] }] };

  it("finds the items of Kubernetes's lists by their names, and replaces other lists", () => {
    const patch = { containers: [{ name: 'a', args: ['3'], env: [{ name: 'F', value: '2' }] }] };
    expect(merged(pod, patch, { strategic: true })).toEqual({
      containers: [
        {
          name: 'a',
          image: 'x',
          args: ['3'],
          env: [
            { name: 'F', value: '2' },
            { name: 'E', value: '1' },
          ],
        },
      ],
    });
    expect(merged(pod, { containers: [] }, { strategic: false })).toEqual({ containers: [] });
  });

  it('removes what exists, and refuses to remove anything else', () => {
    const without = (name: string) => ({ containers: [{ name: 'a', env: [{ name, $patch: 'delete' }] }] });
    expect(merged(pod, without('E'), { strategic: true })).toMatchObject({ containers: [{ env: [] }] });
    expect(() => merged(pod, without('G'), { strategic: true })).toThrow(
      '`/containers/a/env/G` does not exist in the base',
    );
    expect(merged({ a: { b: 1 } }, { a: { $patch: 'replace', c: 2 } }, { strategic: true })).toEqual({ a: { c: 2 } });
  });

  it('adds a container that has an image', () => {
    const patch = { containers: [{ name: 'b', image: 'y' }] };
    expect(merged(pod, patch, { strategic: true })).toMatchObject({ containers: [{ name: 'b' }, { name: 'a' }] });
  });
});

it.each([
  ['3m', 2, '360s'],
  ['1h30m', 1, '5400s'],
  ['1.5s', 2, '3s'],
])('%s times %d is %s', (duration, factor, expected) => {
  expect(times(duration, factor)).toBe(expected);
});
