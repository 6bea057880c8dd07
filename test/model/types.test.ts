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
      'runs.dev: nothing is said of cluster `dev`',
    ]);
  });

  it('an unknown key in an overlay', () => {
    // @ts-expect-error -- replica
    expect(problems(() => defineFleet({ clusters, apps, runs: { dev: { a: { replica: 2 } } } }))).toEqual([
      'runs.dev.a.replica: there is no key `replica` here',
    ]);
    // @ts-expect-error -- an overlay cannot change the port
    expect(problems(() => defineFleet({ clusters, apps, runs: { dev: { a: { port: 1 } } } }))).toEqual([
      'runs.dev.a.port: there is no key `port` here',
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
      'cluster: there is no key `cluster` here',
      'clusters.dev.worker: there is no key `worker` here',
      'apps.a.values: there is no key `values` here',
      'git.ports: there is no key `ports` here',
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
      'apps.env.env.RETRIES: `3` is not text',
      "apps.tag.tag: `6.9` is not an image's tag",
      'apps.port.port: it is missing',
    ]);
  });

  it('an app and a cluster that are made by hand', () => {
    // @ts-expect-error -- not by webApp() and kind()
    expect(problems(() => defineFleet({ clusters: { dev: {} }, apps: { a: image }, runs: { dev: {} } }))).toEqual([
      'clusters.dev: `{ … }` is not a cluster',
      'apps.a: `{ … }` is not an app',
    ]);
  });
});
