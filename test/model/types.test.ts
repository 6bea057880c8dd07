import { describe, expect, it } from 'vitest';
import { defineFleet, gitServer, kind, webApp } from '../../model';
import { app, image, problems } from './problems';

describe('a mistake that is an error of type, and a message where types are not looked at', () => {
  const clusters = { dev: kind() };
  const apps = { a: app };

  it('an app that is not declared', () => {
    // @ts-expect-error -- app-d
    expect(problems(() => defineFleet({ clusters, apps, runs: { dev: { 'app-d': {} } } }))).toEqual([
      'runs.dev.app-d: there is no app `app-d`',
    ]);
  });

  it('a cluster that is not declared', () => {
    // @ts-expect-error -- staging
    expect(problems(() => defineFleet({ clusters, apps, runs: { dev: {}, staging: {} } }))).toEqual([
      'runs.staging: there is no cluster `staging`',
    ]);
  });

  it('a cluster of which nothing is said', () => {
    // @ts-expect-error -- dev is missing
    expect(problems(() => defineFleet({ clusters, apps, runs: {} }))).toEqual([
      'runs.dev: cluster `dev` has no entry in `runs`',
    ]);
  });

  it('an unknown key in an overlay', () => {
    // @ts-expect-error -- replica
    expect(problems(() => defineFleet({ clusters, apps, runs: { dev: { a: { replica: 2 } } } }))).toEqual([
      'runs.dev.a.replica: unknown property `replica`',
    ]);
    // @ts-expect-error -- an overlay cannot change the port
    expect(problems(() => defineFleet({ clusters, apps, runs: { dev: { a: { port: 1 } } } }))).toEqual([
      'runs.dev.a.port: unknown property `port`',
    ]);
  });

  it('an unknown key in an app, in a cluster, in the git server and in the fleet', () => {
    const define = () =>
      defineFleet({
        clusters: {
          // @ts-expect-error -- worker
          dev: kind({ worker: 1 }),
        },
        apps: {
          // @ts-expect-error -- values are a Helm chart's
          a: webApp({ ...image, values: {} }),
        },
        // @ts-expect-error -- ports
        git: gitServer({ ports: 1 }),
        runs: { dev: {} },
        // @ts-expect-error -- cluster
        cluster: {},
      });
    expect(problems(define)).toEqual([
      'cluster: unknown property `cluster`',
      'clusters.dev.worker: unknown property `worker`',
      'apps.a.values: unknown property `values`',
      'git.ports: unknown property `ports`',
    ]);
  });

  it('a value of another type, and one that is missing', () => {
    // @ts-expect-error -- a number
    const env = webApp({ ...image, env: { RETRIES: 3 } });
    // @ts-expect-error -- a number
    const tag = webApp({ ...image, tag: 6.9 });
    // @ts-expect-error -- no port
    const port = webApp({ image: 'a', tag: 'b' });
    expect(problems(() => defineFleet({ clusters, apps: { env, tag, port }, runs: { dev: {} } }))).toEqual([
      'apps.env.env.RETRIES: expected a string, found `3`',
      'apps.tag.tag: invalid image tag: `6.9`',
      'apps.port.port: this required property is missing',
    ]);
  });

  it('an app and a cluster that are made by hand', () => {
    // @ts-expect-error -- not by webApp() and kind()
    expect(problems(() => defineFleet({ clusters: { dev: {} }, apps: { a: image }, runs: { dev: {} } }))).toEqual([
      'clusters.dev: expected a cluster, found `{ … }`',
      'apps.a: expected an app, found `{ … }`',
    ]);
  });
});
