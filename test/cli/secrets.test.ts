import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { kind, pgpKey, transitKey } from '../../model';
import { asCommand, fleet, fleetFile, machine } from './command-line';
import { schemaErrors } from './schema';
import { appWithSecrets, createWorld, twoClusters, type World } from './world';

const canary = 'canary-5c1f0e7a94';

let world: World;
beforeEach(async () => {
  world = await createWorld();
  const port = fleetFile.load().git.port!;
  fleetFile.load = () => twoClusters(port, { app: appWithSecrets });
});
afterEach(() => world.end());
afterAll(() => machine.remove());

const clone = (...path: string[]) => join(machine.folder, 'clone', ...path);
const secrets = (args: string, input?: Parameters<typeof fleet>[1]) => fleet(['secrets', ...args.split(' ')], input);
const set = (cluster: string, value = canary) => secrets(`set ${cluster} app-a API_KEY`, value);
const states = async () => {
  const { stdout } = await secrets('list --json');
  expect(schemaErrors('secrets-list', stdout)).toEqual([]);
  return (JSON.parse(stdout) as { cluster: string; key: string; state: string }[]).map(
    ({ cluster, key, state }) => `${cluster} ${key} ${state}`,
  );
};

describe('fleet secrets set', () => {
  it('takes the value from standard input, and says which file to commit and never the value', async () => {
    const { stdout, stderr, exitCode } = await set('dev');

    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toMatch(/^Set API_KEY in secrets\/dev\/app-a\.yaml\. Commit secrets\/ and \.sops\.yaml/);
    expect(stdout).not.toContain(canary);
    expect(readFileSync(clone('secrets/dev/app-a.yaml'), 'utf8')).not.toContain(canary);
    expect((await set('dev')).stdout).toBe('API_KEY had that value already.\n');
  });

  it('asks on a terminal, on standard error, and does not show what is typed', async () => {
    const { stdout, stderr } = await secrets('set dev app-a API_KEY', { typed: `${canary}\n` });

    expect(stderr).toBe('Value of API_KEY for app-a in dev: \n');
    expect(stdout).toContain('Set API_KEY');
    expect(stdout).not.toContain(canary);
  });

  it('refuses an empty value, and a secret that fleet.ts does not have, and changes nothing', async () => {
    const empty = await set('dev', '\n');
    expect(empty.stderr).toMatch(/^secrets\/dev\/app-a\.yaml: the value of `API_KEY` is empty\.\n {2}\S/);
    const unknown = await secrets('set dev app-a OTHER', 'x');
    expect(unknown.stderr).toMatch(/^fleet\.ts: .*`OTHER`.*\n.*dev app-a API_KEY/);
    expect([empty.exitCode, unknown.exitCode]).toEqual([1, 1]);
    expect(existsSync(clone('secrets'))).toBe(false);
  });

  it('is refused where there is no sops that fits, with the command that gets it', async () => {
    machine.script('sops', 'echo sops 3.1.0');
    const { stderr, exitCode } = await set('dev');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/`sops`[\s\S]*npm run fleet -- provide/);
  });
});

describe('fleet secrets list', () => {
  it('shows what is set, missing and unused, without any value and without sops', async () => {
    await set('dev');
    machine.script('sops', 'exit 1');

    const { stdout } = await secrets('list dev');

    expect(stdout).toMatch(/^CLUSTER +APP +KEY +STATE +FILE CHANGED\n/);
    expect(stdout).toMatch(/dev +app-a +API_KEY +set +20\d\d-/);
    expect(stdout).not.toMatch(/prod|ENC\[/);
    expect(await states()).toEqual([
      'dev API_KEY set',
      'dev SESSION missing',
      'prod API_KEY missing',
      'prod SESSION missing',
    ]);
    fleetFile.load = () => twoClusters(2222);
    expect(await states()).toEqual(['dev API_KEY unused']);
  });
});

describe('fleet secrets generate', () => {
  it('generates what is missing, and names what somebody still has to set', async () => {
    const { stdout } = await secrets('generate');

    expect(stdout).toContain('dev app-a SESSION, prod app-a SESSION');
    expect(stdout).toContain('dev app-a API_KEY, prod app-a API_KEY');
    expect(await states()).toContain('prod SESSION set');
  });

  it('says when there is nothing to do', async () => {
    await secrets('generate');
    expect((await secrets('generate')).stdout).toMatch(/^Nothing to do/);
  });

  it('is limited to one cluster on request, which the fleet must have', async () => {
    await secrets('generate dev');
    expect(await states()).toContain('prod SESSION missing');
    const { stderr, exitCode } = await secrets('generate stage');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/`stage`\.\n.*dev, prod/);
  });
});

describe('fleet secrets edit', () => {
  it('opens the decrypted values in the editor, and encrypts what was saved', async () => {
    await set('dev');
    process.env['EDITOR'] = "sed -i 's/canary-5c1f0e7a94/another/'";

    const { stdout } = await secrets('edit dev app-a');

    expect(stdout).toMatch(/^Changed secrets\/dev\/app-a\.yaml/);
    expect(readFileSync(clone('secrets/dev/app-a.yaml'), 'utf8')).not.toContain('another');
    process.env['EDITOR'] = 'true';
    expect((await secrets('edit dev app-a')).stdout).toBe('Nothing changed.\n');
  });

  it('says how to begin a file that does not exist', async () => {
    const { stderr, exitCode } = await secrets('edit dev app-a');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^secrets\/dev\/app-a\.yaml: .*\n.*secrets set dev app-a <key>/);
  });
});

describe('fleet secrets verify', () => {
  it('passes where everything is set, encrypted and can be opened here', async () => {
    await set('dev');
    await set('prod');
    await secrets('generate');
    expect(await secrets('verify')).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('names every problem, with the command that fixes it', async () => {
    await set('dev');
    writeFileSync(clone('secrets/dev/plain.yaml'), 'kind: Secret\nmetadata: {name: a}\nstringData: {a: b}\n');
    const { stderr, stdout, exitCode } = await secrets('verify');
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
    expect(stderr).toContain('secrets/dev/plain.yaml: `a` of Secret `a` is plain text');
  });
});

describe('fleet secrets import-key', () => {
  it("takes a cluster's key from standard input, so that another machine can go on", async () => {
    await set('dev');
    const key = readFileSync(world.local('keys', 'age-dev.agekey'), 'utf8');
    rmSync(world.local('keys'), { recursive: true });
    const locked = await set('dev', 'other');
    expect(locked.exitCode).toBe(1);
    expect(locked.stderr).toMatch(/^secrets\/dev\/: [\s\S]*secrets import-key dev < <file>/);

    const { stdout } = await secrets('import-key dev', key);

    expect(stdout).toMatch(/age1[\s\S]*npm run up/);
    expect(stdout).not.toContain('AGE-SECRET-KEY');
    expect((await set('dev', 'other')).exitCode).toBe(0);
  });

  it('refuses what is not a key, and does not repeat it', async () => {
    const { stderr, exitCode } = await secrets('import-key dev', 'AGE-SECRET-KEY-1NOT-REALLY');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^standard input: /);
    expect(stderr).not.toContain('NOT-REALLY');
  });
});

describe('fleet secrets import-token', () => {
  it('keeps the token, and does not print it', async () => {
    const dev = kind({ recipients: [transitKey('https://bao.example.org/v1/transit/keys/dev')] });
    fleetFile.load = () => twoClusters(2222, { dev });
    const { stdout } = await secrets('import-token dev', 'hvs.token\n');
    expect(stdout).toContain('npm run up');
    expect(stdout).not.toContain('hvs.token');
    expect(readFileSync(world.local('keys', 'transit-dev.token'), 'utf8')).toBe('hvs.token\n');
  });
});

describe('fleet secrets import-pgp-key', () => {
  it('refuses what is no such key, and does not repeat it', async () => {
    machine.script('gpg', 'exit 2');
    const dev = kind({ recipients: [pgpKey('85D77543B3D624B63CEA9E6DBC17301B491B3F21')] });
    fleetFile.load = () => twoClusters(2222, { dev });
    const { stderr, exitCode } = await secrets('import-pgp-key dev', 'hunter2');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^standard input: .*\n.*gpg --armor --export-secret-keys 85D\w+ \| npm run fleet/);
    expect(stderr).not.toContain('hunter2');
  });
});

describe('fleet secrets rotate', () => {
  const rotate = (cluster?: string) =>
    asCommand(async () => (await import('../../cli/secrets-rotate.js')).rotateSecrets(cluster, { timeout: 10_000 }));
  const recipients = (cluster: string) =>
    [...readFileSync(clone('secrets', cluster, 'app-a.yaml'), 'utf8').matchAll(/recipient: (age1\S+)/g)].map(
      ([, one]) => one,
    );

  beforeEach(async () => {
    await set('dev');
    await set('prod');
    await secrets('generate');
  });

  it('gives each cluster that is up its new key before the files need it, and publishes in between', async () => {
    expect(await fleet(['up'])).toMatchObject({ exitCode: 0, stderr: '' });
    world.pulumi.operations.splice(0);
    const before = recipients('dev');

    const { stdout, stderr, exitCode } = await rotate('dev');

    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(world.pulumi.operations).toEqual(['up dev', 'up dev']);
    expect(Number(await world.remote.git('rev-list', '--count', 'main'))).toBe(3);
    expect(recipients('dev')).toHaveLength(1);
    expect(recipients('dev')).not.toEqual(before);
    expect(stdout).toContain('Commit .sops.yaml and secrets/');
    expect(readdirSync(world.local('rotations'))).toEqual([]);
  });

  it('rotates the keys of all clusters, without a cluster that is up', async () => {
    const before = [recipients('dev'), recipients('prod')];
    const { exitCode, stdout } = await rotate();
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/Key of dev: the cluster is not up; it gets the new key when it comes up/);
    expect(world.pulumi.operations).toEqual([]);
    expect(recipients('dev')).not.toEqual(before[0]);
    expect(recipients('prod')).not.toEqual(before[1]);
  });

  it('is refused while a cluster that was brought up is down, and changes nothing', async () => {
    expect(await fleet(['up'])).toMatchObject({ exitCode: 0, stderr: '' });
    await world.clusters.dev.api.stop();
    const before = [recipients('dev'), readFileSync(world.local('keys', 'age-dev.agekey'), 'utf8')];

    const { stderr, exitCode } = await rotate('dev');

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/cluster dev: it is down \(.*\n.*npm run up/);
    expect([recipients('dev'), readFileSync(world.local('keys', 'age-dev.agekey'), 'utf8')]).toEqual(before);
    expect(existsSync(world.local('rotations', 'dev'))).toBe(false);
  });

  it('is refused where no cluster has a key of its own', async () => {
    const dev = kind({ recipients: [transitKey('https://bao.example.org/v1/transit/keys/dev')] });
    const { clusters, ...rest } = twoClusters(2222, { dev });
    fleetFile.load = () => ({ ...rest, clusters: { dev: clusters['dev']! } });
    const { stderr, exitCode } = await rotate();
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^clusters: .*\n {2}\S/);
  });
});
