import { describe, expect, it } from 'vitest';
import { defineFleet, kind, webApp } from '../../../model';
import { image, problems, untyped } from '../problems';

const clusters = { dev: kind(), prod: kind() };
const after = (...names: string[]) => webApp({ ...image, after: names });

describe('the order of apps', () => {
  it('takes an app after any other that its cluster runs', () => {
    const apps = {
      a: webApp(image),
      b: webApp({ ...image, after: ['a'] }),
      c: webApp({ ...image, after: ['a', 'b'] }),
    };
    expect(
      problems(() => defineFleet({ clusters, apps, runs: { dev: { a: {}, b: {}, c: {} }, prod: { a: {} } } })),
    ).toEqual([]);
  });

  it('refuses a name that is not declared', () => {
    const apps = { a: webApp({ ...image, after: ['b'] }) };
    // @ts-expect-error -- b
    expect(problems(() => defineFleet({ clusters, apps, runs: { dev: {}, prod: {} } }))).toEqual([
      'apps.a.after.0: there is no app or tenant `b`',
    ]);
  });

  it('refuses an app after itself, and names a circle once', () => {
    const apps = { a: webApp({ ...image, after: ['a'] }) };
    // @ts-expect-error -- itself
    expect(problems(() => defineFleet({ clusters, apps, runs: { dev: {}, prod: {} } }))).toEqual([
      'apps.a.after: `after` is circular: `a` after `a`',
    ]);
    const circle = { x: after(), a: after('x', 'b'), b: after('c'), c: after('a'), d: after('a') };
    expect(untyped({ clusters, apps: circle, runs: { dev: {}, prod: {} } })).toEqual([
      'apps.a.after: `after` is circular: `a` after `b` after `c` after `a`',
    ]);
  });

  it('refuses an app after what its cluster does not run', () => {
    const apps = { a: webApp(image), b: webApp({ ...image, after: ['a'] }) };
    expect(() => defineFleet({ clusters, apps, runs: { dev: { a: {}, b: {} }, prod: { b: {} } } })).toThrow(
      [
        'runs.prod.b: `b` comes after `a`, but cluster `prod` does not run `a`.',
        "  Add `'a': {}` to `runs.prod`, or remove `a` from the `after` of `b`.",
      ].join('\n'),
    );
  });
});

describe('what an overlay may say', () => {
  const apps = { a: webApp({ ...image, hosts: ['a.example.com'] }), b: webApp({ ...image, hosts: ['b.example.com'] }) };

  it('is refused when two apps of a cluster have one host', () => {
    const runs = { dev: { a: {}, b: {} }, prod: { a: {}, b: { hosts: ['a.example.com'] } } };
    expect(problems(() => defineFleet({ clusters, apps, runs }))).toEqual([
      'runs.prod.b.hosts: host `a.example.com` is already used by `a` in cluster `prod`',
    ]);
  });

  it.each<[object, string]>([
    [{ hosts: ['https://a.example.com'] }, 'hosts.0: invalid host name: `https://a.example.com`'],
    [{ env: { GONE: null } }, 'env.GONE: the app has no variable `GONE` to remove'],
    [{ patches: { Secret: {} } }, 'patches.Secret: unknown property `Secret`'],
    [{ patches: { Deployment: 1 } }, 'patches.Deployment: invalid patch: `1`'],
    [{ patches: { Deployment: { kind: 'StatefulSet' } } }, 'patches.Deployment.kind: a patch cannot change `kind`'],
    [
      { patches: { Service: [{ op: 'put', path: '/a' }] } },
      'patches.Service.0: expected a JSON patch operation, found `{ … }`',
    ],
    [
      { patches: { Service: [{ op: 'remove', path: 'spec' }] } },
      'patches.Service.0.path: invalid JSON pointer: `spec`',
    ],
    [
      { patches: { Service: [{ op: 'add', path: '/a' }] } },
      'patches.Service.0.value: this required property is missing',
    ],
  ])('is refused: %o', (overlay, problem) => {
    expect(untyped({ clusters, apps, runs: { dev: { a: overlay }, prod: {} } })).toEqual([`runs.dev.a.${problem}`]);
  });
});
