import { describe, expect, it } from 'vitest';

import { fieldChanges } from '../../../operate/diff/fields';
import { Hidden } from '../../../operate/diff/hidden';

const container = (name: string, more: object = {}) => ({ name, image: `${name}:1`, ...more });

describe('the fields in which two objects differ', () => {
  it('have a path in which items of lists stand by the key that Kubernetes knows them by', () => {
    const spec = (tag: string, port: number, mount: string) => ({
      containers: [
        {
          name: 'web',
          image: `web:${tag}`,
          ports: [{ containerPort: port }],
          volumeMounts: [{ name: 'a', mountPath: mount }],
        },
        container('side'),
      ],
    });
    expect(fieldChanges(spec('1', 80, '/a'), spec('2', 81, '/b'))).toEqual([
      { path: 'containers[web].image', change: 'changed', before: 'web:1', after: 'web:2' },
      { path: 'containers[web].ports[80/TCP]', change: 'removed', before: { containerPort: 80 } },
      { path: 'containers[web].ports[81/TCP]', change: 'added', after: { containerPort: 81 } },
      { path: 'containers[web].volumeMounts[/a]', change: 'removed', before: { name: 'a', mountPath: '/a' } },
      { path: 'containers[web].volumeMounts[/b]', change: 'added', after: { name: 'a', mountPath: '/b' } },
    ]);
  });

  it('are none where only the order of keys differs, and one where that of items does', () => {
    expect(fieldChanges({ a: 1, b: 2 }, { b: 2, a: 1 })).toEqual([]);
    expect(
      fieldChanges({ containers: [container('a'), container('b')] }, { containers: [container('b'), container('a')] }),
    ).toEqual([{ path: 'containers', change: 'reordered', before: ['a', 'b'], after: ['b', 'a'] }]);
  });

  it('are few where an item is put in front of a list without keys', () => {
    expect(fieldChanges({ args: ['--b', '--c'] }, { args: ['--a', '--b', '--d'] })).toEqual([
      { path: 'args[0]', change: 'added', after: '--a' },
      { path: 'args[2]', change: 'changed', before: '--c', after: '--d' },
    ]);
  });

  it('keep an empty map or list apart from none, as Kubernetes does', () => {
    expect(fieldChanges({ ingress: [] }, {})).toEqual([{ path: 'ingress', change: 'removed', before: [] }]);
    expect(fieldChanges({ ingress: null }, {})).toEqual([]);
  });

  it('are lines where a text has several', () => {
    const [change] = fieldChanges({ data: { 'a.conf': 'one\ntwo\n' } }, { data: { 'a.conf': 'one\nthree\n' } });
    expect(change).toMatchObject({ path: 'data["a.conf"]', hunks: ['@@ -1,2 +1,2 @@', ' one', '-two', '+three'] });
  });

  it('never have what is hidden, also where a whole part is new or gone', () => {
    const secret = (digest: string) => ({ data: { key: new Hidden(undefined, digest) } });
    expect(fieldChanges(secret('a'), secret('a'))).toEqual([]);
    expect(fieldChanges(secret('a'), secret('b'))).toEqual([{ path: 'data.key', change: 'changed', hidden: 'value' }]);
    expect(fieldChanges({}, secret('b'))).toEqual([{ path: 'data.key', change: 'added', hidden: 'value' }]);
    expect(fieldChanges(secret('a'), {})).toEqual([{ path: 'data.key', change: 'removed', hidden: 'value' }]);
    const cipher = (text: string) => ({ data: { key: new Hidden(text, undefined) } });
    expect(fieldChanges(cipher('a'), cipher('b'))).toEqual([
      { path: 'data.key', change: 'changed', hidden: 'ciphertext' },
    ]);
    expect(JSON.stringify([secret('hunter2'), cipher('hunter2')])).not.toContain('hunter2');
  });
});
