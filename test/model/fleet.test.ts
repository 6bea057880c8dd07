import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  alertWebhook,
  defineFleet,
  type Fleet,
  fluxInstance,
  gitServer,
  kind,
  kustomizeApp,
  webApp,
  type WebAppProps,
} from '../../model';
import { app, image, problems, untyped } from './problems';

describe('a valid fleet', () => {
  it('has every default set', () => {
    const fleet = defineFleet({ clusters: { dev: kind() }, apps: { a: app }, runs: { dev: { a: { replicas: 2 } } } });
    expectTypeOf(fleet).toEqualTypeOf<Fleet>();
    expect(fleet).toEqual({
      name: 'flux-fleet',
      git: { type: 'git-server' },
      flux: { type: 'components' },
      alerts: { type: 'log' },
      state: { type: 'file', secretsProvider: 'passphrase' },
      clusters: { dev: { type: 'kind', workers: 0, ports: {}, recipients: [{ type: 'age' }] } },
      apps: { a: app },
      tenants: {},
      versions: {},
      runs: { dev: { a: { replicas: 2 } } },
    });
  });

  it('can have no apps, a cluster that runs nothing, and an app that runs in no cluster', () => {
    expect(problems(() => defineFleet({ clusters: { dev: kind() }, apps: {}, runs: { dev: {} } }))).toEqual([]);
    expect(problems(() => defineFleet({ clusters: { dev: kind() }, apps: { a: app }, runs: { dev: {} } }))).toEqual([]);
  });

  it('treats undefined as left out', () => {
    const fleet = defineFleet({
      name: undefined,
      git: gitServer({ port: undefined }),
      clusters: { dev: kind({ workers: undefined }) },
      apps: { a: webApp({ ...image, replicas: undefined, nodePort: undefined }) },
      runs: { dev: { a: undefined } },
    });
    expect(fleet.apps['a']).toEqual(app);
    expect(fleet.runs).toEqual({ dev: {} });
  });

  it("treats JavaScript's own property names like any other name", () => {
    const own = Object.fromEntries(['constructor', 'toString', '__proto__'].map((key) => [key, 'x']));
    expect(
      untyped({ clusters: { dev: kind() }, apps: { a: webApp({ ...image, env: own }) }, runs: { dev: {} } }),
    ).toEqual([]);
    expect(untyped({ clusters: { dev: kind() }, apps: { a: app }, runs: { dev: { valueOf: app } } })).toEqual([
      'runs.dev.valueOf: there is no app `valueOf`',
    ]);
  });

  it('gets a third cluster and a fourth app with one line each', () => {
    const fleet = defineFleet({
      clusters: { dev: kind(), prod: kind(), edge: kind() },
      apps: { a: app, b: app, c: app, d: app },
      runs: { dev: { a: {} }, prod: { a: {} }, edge: { d: {} } },
    });
    expect(Object.keys(fleet.runs)).toEqual(['dev', 'prod', 'edge']);
  });
});

describe('a mistake that types do not find', () => {
  const dev = { dev: kind() };

  it.each([
    'App',
    'a_b',
    '1a',
    'a-',
    '',
    'a'.repeat(54),
    'a.b',
    'kube-system',
    'kustomization',
    '__proto__',
    'constructor',
  ])('an app named `%s`', (name) => {
    const found = untyped({ clusters: dev, apps: Object.fromEntries([[name, app]]), runs: { dev: {} } });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^apps\\.${name}: .*\`${name}\``));
  });

  it('an app that sets the prototype', () => {
    expect(untyped({ clusters: dev, apps: { __proto__: app }, runs: { dev: { a: {} } } })).toEqual([
      'apps.__proto__: invalid name: `__proto__`',
      'runs.dev.a: there is no app `a`',
    ]);
    const env = { __proto__: { A: 'x' } } as never;
    expect(untyped({ clusters: dev, apps: { a: webApp({ ...image, env }) }, runs: { dev: { a: { env } } } })).toEqual([
      'apps.a.env.__proto__: invalid name: `__proto__`',
      'runs.dev.a.env.__proto__: invalid name: `__proto__`',
    ]);
  });

  it('a cluster with a name that is too long for its nodes, or that another stack has', () => {
    const clusters = { ['c'.repeat(42)]: kind(), 'git-server': kind() };
    expect(
      problems(() => defineFleet({ clusters, apps: {}, runs: { ['c'.repeat(42)]: {}, 'git-server': {} } })),
    ).toEqual([
      `clusters.${'c'.repeat(42)}: invalid name: \`${'c'.repeat(42)}\``,
      "clusters.git-server: `git-server` is the name of the repository's stack",
    ]);
  });

  it('no cluster, and an invalid name of the fleet', () => {
    expect(problems(() => defineFleet({ name: 'My fleet', clusters: {}, apps: {}, runs: {} }))).toEqual([
      'name: invalid name: `My fleet`',
      'clusters: the fleet has no cluster',
    ]);
  });

  it('a host port that the git server or another cluster has', () => {
    const clusters = { dev: kind({ ports: { 2222: 30080, 8080: 30080 } }), prod: kind({ ports: { 8080: 30080 } }) };
    expect(problems(() => defineFleet({ clusters, apps: {}, runs: { dev: {}, prod: {} } }))).toEqual([
      'clusters.dev.ports.2222: host port 2222 is already used by `git.port`',
      'clusters.prod.ports.8080: host port 8080 is already used by `clusters.dev.ports.8080`',
    ]);
  });

  it('invalid ports', () => {
    const clusters = { dev: kind({ ports: { 70000: 30080, 8080: 9898, '080': 30080 } as Record<number, number> }) };
    const define = () => defineFleet({ git: gitServer({ port: 0 }), clusters, apps: {}, runs: { dev: {} } });
    expect(problems(define)).toEqual([
      'clusters.dev.ports.8080: invalid node port: `9898`',
      'clusters.dev.ports.70000: invalid port: `70000`',
      'clusters.dev.ports.080: invalid port: `080`',
      'git.port: invalid port: `0`',
    ]);
  });

  it('an invalid installation of Flux, and an invalid destination for alerts', () => {
    const flux = fluxInstance({ registry: 'https://ghcr.io/fluxcd', pullSecret: 'Registry' });
    const define = () =>
      defineFleet({ flux, alerts: alertWebhook('alerts'), clusters: { dev: kind() }, apps: {}, runs: { dev: {} } });
    expect(problems(define)).toEqual([
      'flux.registry: invalid registry: `https://ghcr.io/fluxcd`',
      'flux.pullSecret: invalid name of a Secret: `Registry`',
      'alerts.address: invalid address: `alerts`',
    ]);
  });

  it('a node port that two apps of one cluster have, but not two apps of two clusters', () => {
    const apps = { a: webApp({ ...image, nodePort: 30080 }), b: webApp({ ...image, nodePort: 30080 }) };
    const clusters = { dev: kind(), prod: kind() };
    expect(problems(() => defineFleet({ clusters, apps, runs: { dev: { a: {} }, prod: { b: {} } } }))).toEqual([]);
    expect(problems(() => defineFleet({ clusters, apps, runs: { dev: { a: {}, b: {} }, prod: {} } }))).toEqual([
      'apps.b.nodePort: node port 30080 is already used by `a` in cluster `dev`',
    ]);
  });

  it('a request higher than its limit, in an app or after a cluster overrides one of them', () => {
    const big = webApp({ ...image, resources: { requests: { memory: '1Gi' }, limits: { memory: '1000Mi' } } });
    const define = () =>
      defineFleet({
        clusters: dev,
        apps: { a: app, big },
        runs: { dev: { a: { resources: { limits: { memory: '16Mi' } } } } },
      });
    expect(problems(define)).toEqual([
      'runs.dev.a.resources: the memory request `32Mi` is higher than the limit `16Mi`',
      'apps.big.resources: the memory request `1Gi` is higher than the limit `1000Mi`',
    ]);
  });

  const mistakes: [string, Partial<WebAppProps>, string][] = [
    ['image', { image: 'podinfo:6.9.2' }, 'invalid image name: `podinfo:6.9.2`'],
    ['image', { image: 'a//b' }, 'invalid image name: `a//b`'],
    ['tag', { tag: '' }, 'invalid image tag: ``'],
    ['port', { port: 65536 }, 'invalid port: `65536`'],
    ['nodePort', { nodePort: 8080 }, 'invalid node port: `8080`'],
    ['replicas', { replicas: 1.5 }, 'invalid number of pods: `1.5`'],
    ['readyPath', { readyPath: 'readyz' }, 'invalid path: `readyz`'],
    ['tag', { tag: undefined }, 'the image has no tag and no digest'],
    ['digest', { digest: 'sha256:abc' }, 'invalid image digest: `sha256:abc`'],
    ['env.1A', { env: { '1A': '' } }, 'invalid environment variable name: `1A`'],
    ['env...', { env: { '..': '' } }, 'invalid environment variable name: `..`'],
    ['hosts.0', { hosts: ['10.0.0.1'] }, '`10.0.0.1` is an IP address, and not a host name'],
    ['hosts.0', { hosts: ['::1'] }, 'invalid host name: `::1`'],
    ['hosts.1', { hosts: ['a.example.com', 'a.example.com'] }, '`a.example.com` is listed twice'],
    ['args', { args: '--level=debug' as unknown as string[] }, 'expected a list, found `--level=debug`'],
    ['resources.limits.memory', { resources: { limits: { memory: '64m' } } }, 'invalid memory quantity: `64m`'],
    ['resources.requests.cpu', { resources: { requests: { cpu: '1Mi' } } }, 'invalid CPU quantity: `1Mi`'],
  ];
  it.each(mistakes)('an invalid %s: %o', (place, change, problem) => {
    expect(untyped({ clusters: dev, apps: { a: webApp({ ...image, ...change }) }, runs: { dev: {} } })).toEqual([
      `apps.a.${place}: ${problem}`,
    ]);
  });

  it('a host that two apps of one cluster have', () => {
    const apps = { a: webApp({ ...image, hosts: ['x.example.com'] }), b: app };
    const runs = { dev: { a: {}, b: { hosts: ['x.example.com'] } } };
    expect(untyped({ clusters: dev, apps, runs })).toEqual([
      'runs.dev.b.hosts: host `x.example.com` is already used by `a` in cluster `dev`',
    ]);
  });

  it('an image whose tag is set twice', () => {
    const apps = { a: kustomizeApp({ folder: 'a' }) };
    const runs = { dev: { a: { tags: { x: '1' }, images: { x: { tag: '2' } } } } };
    expect(untyped({ clusters: dev, apps, runs })).toEqual([
      'runs.dev.a.tags.x: the version of the image is also in `images`',
    ]);
    expect(
      untyped({ clusters: dev, apps, runs: { dev: { a: { tags: { x: '1' }, images: { x: { name: 'y' } } } } } }),
    ).toEqual([]);
  });

  it('no name of a variable that Kubernetes accepts', () => {
    const env = { 'my.app-NAME_1': '', '-a': '', '.a': '' };
    expect(untyped({ clusters: dev, apps: { a: webApp({ ...image, env }) }, runs: { dev: {} } })).toEqual([]);
  });

  it('no image name that registries accept', () => {
    for (const name of ['podinfo', 'localhost:5000/podinfo', 'registry.example.com:443/a/b_c/d-e.f', 'a__b/c--d']) {
      expect(untyped({ clusters: dev, apps: { a: webApp({ ...image, image: name }) }, runs: { dev: {} } })).toEqual([]);
    }
  });
});

describe('the message', () => {
  it('has three parts for each mistake: where, what is wrong, what to do', () => {
    const define = () =>
      defineFleet({ clusters: { Dev: kind() }, apps: { a: webApp({ ...image, port: 0 }) }, runs: { Dev: {} } });
    expect(define).toThrow(
      [
        'apps.a.port: invalid port: `0`.',
        '  Use a whole number from 1 to 65535.',
        'clusters.Dev: invalid name: `Dev`.',
        '  Use at most 41 lower-case letters, digits and dashes, starting with a letter and not ending with a dash.',
      ].join('\n'),
    );
  });

  it('has escapes for what does something on a terminal', () => {
    const apps = { a: webApp({ ...image, env: { A: 'x\0\u001b[2J' } }) };
    expect(() => defineFleet({ clusters: { dev: kind() }, apps, runs: { dev: {} } })).toThrow(
      'apps.a.env.A: expected a string, found `x\\u0000\\u001b[2J`.',
    );
  });

  it.each([
    undefined,
    null,
    1,
    'fleet',
    [],
    {},
    { name: Object.create(null), git: { type: Object.create(null), port: Object.create(null) } },
    { clusters: 1, apps: null, runs: [] },
    { clusters: { dev: 1 }, runs: { dev: 2 } },
    { clusters: {}, apps: { a: null }, runs: { x: { a: Symbol('s') } }, name: 1n, git: () => 1 },
  ])('exists for any value: %o', (props) => {
    expect(untyped(props).length).toBeGreaterThan(0);
  });
});
