import { describe, expect, it } from 'vitest';
import {
  defineFleet,
  env,
  file,
  kind,
  requiredSecrets,
  secretFile,
  secretMetadata,
  setSecretCommand,
  webApp,
} from '../../../model';
import { image, problems, untyped } from '../problems';

const clusters = { dev: kind(), prod: kind() };
const fleetOf = (secrets: object, more: object = {}) => ({
  clusters,
  apps: { a: webApp({ ...image, ...more, secrets: secrets as never }) },
  runs: { dev: { a: {} }, prod: {} },
});

describe('the secrets of a fleet', () => {
  const fleet = defineFleet({
    clusters,
    apps: {
      a: webApp({
        ...image,
        secrets: { API_KEY: env(), 'tls.key': file('/etc/tls'), SESSION: env({ generate: { bytes: 32 } }) },
      }),
      b: webApp({ ...image, secrets: { token: env({ name: 'TOKEN' }) } }),
    },
    runs: { dev: { a: {} }, prod: { a: {}, b: {} } },
  });

  it('are required in each cluster that runs their app, and in no other', () => {
    expect(requiredSecrets(fleet)).toEqual([
      { cluster: 'dev', app: 'a', key: 'API_KEY' },
      { cluster: 'dev', app: 'a', key: 'tls.key' },
      { cluster: 'dev', app: 'a', key: 'SESSION', generate: { bytes: 32 } },
      { cluster: 'prod', app: 'a', key: 'API_KEY' },
      { cluster: 'prod', app: 'a', key: 'tls.key' },
      { cluster: 'prod', app: 'a', key: 'SESSION', generate: { bytes: 32 } },
      { cluster: 'prod', app: 'b', key: 'token' },
    ]);
  });

  it('have a file, metadata in it, and a command that sets them', () => {
    expect(secretFile('dev', 'a')).toBe('secrets/dev/a.yaml');
    expect(secretMetadata(fleet, 'a')).toEqual({ name: 'a', namespace: 'a' });
    expect(setSecretCommand(requiredSecrets(fleet)[0]!)).toBe('npm run fleet -- secrets set dev a API_KEY');
  });
});

describe('a mistake in the secrets of an app', () => {
  it.each<[string, object, string]>([
    ['a value instead of a function call', { KEY: 'hunter2' }, 'KEY: expected a way to pass a secret, found `hunter2`'],
    ['an invalid key', { 'a/b': file('/etc/a') }, 'a/b: invalid key of a Secret: `a/b`'],
    ['an invalid folder', { key: file('etc') }, 'key.folder: invalid folder in the container: `etc`'],
    ['the root as folder', { key: file('/') }, 'key.folder: invalid folder in the container: `/`'],
    [
      'a folder for temporary files',
      { key: file('/tmp/x') },
      'key.folder: `/tmp/x` is in the folder for temporary files',
    ],
    [
      'too few random bytes',
      { KEY: env({ generate: { bytes: 4 } }) },
      'KEY.generate.bytes: invalid number of random bytes: `4`',
    ],
    ['an invalid variable name', { '1.key': env() }, '1.key: invalid environment variable name: `1.key`'],
    [
      'a variable that is set twice',
      { A: env(), b: env({ name: 'A' }) },
      'b: the variable `A` is already set by `apps.a.secrets.A`',
    ],
  ])('%s', (_, secrets, problem) => {
    expect(untyped(fleetOf(secrets))).toEqual([`apps.a.secrets.${problem}`]);
  });

  it('a secret that is also a plain variable, in the app or in a cluster', () => {
    expect(untyped(fleetOf({ KEY: env() }, { env: { KEY: 'hunter2' } }))).toEqual([
      'apps.a.secrets.KEY: the variable `KEY` is already set by `apps.a.env.KEY`',
    ]);
    const apps = { a: webApp({ ...image, secrets: { KEY: env() } }) };
    expect(
      problems(() => defineFleet({ clusters, apps, runs: { dev: { a: { env: { KEY: 'x' } } }, prod: {} } })),
    ).toEqual(['runs.dev.a.env.KEY: `KEY` is a secret of the app, so its value cannot be in `fleet.ts`']);
  });
});
