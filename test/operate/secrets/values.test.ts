import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { importKey } from '../../../operate/secrets/import-key';
import {
  generateSecrets,
  listSecrets,
  missingSecrets,
  refuseMissing,
  setSecret,
} from '../../../operate/secrets/values';
import { verifySecrets } from '../../../operate/secrets/verify';
import { Scratch, twoClusters, withSops } from './fixture';

let scratch: Scratch;
beforeEach(() => (scratch = new Scratch()));
afterEach(() => scratch.remove());

const dev = { cluster: 'dev', app: 'app-a', key: 'API_KEY' };
const prod = { ...dev, cluster: 'prod' };
const canary = 'canary-5c1f0e7a94';
const line = (text: string, key: string) => new RegExp(`^ +${key}: .*$`, 'm').exec(text)?.[0];

describe('secrets of which nothing is set', () => {
  it('are each named with the command that sets them', () => {
    expect(() => refuseMissing(scratch.folder())).toThrow(
      /secrets\/dev\/app-a\.yaml: cluster `dev` has no `API_KEY`[\s\S]*secrets set dev app-a API_KEY[\s\S]*secrets set prod app-a API_KEY/,
    );
  });

  it('are listed as missing', () => {
    expect(listSecrets(scratch.folder()).map(({ state }) => state)).toEqual(Array(4).fill('missing'));
  });

  it('may be set only where fleet.ts names them, and to something', async () => {
    const set = (key: string, value: string) => setSecret(scratch.folder(), { ...dev, key }, value);
    await expect(set('API_KEZ', 'x')).rejects.toThrow(/names no secret `API_KEZ`.*\n.*dev app-a API_KEY/);
    await expect(set('API_KEY', '')).rejects.toThrow('is empty');
    expect(scratch.files()).toEqual([]);
  });
});

describe(`setting secrets, ${withSops}`, () => {
  it('keeps them as ciphertext alone, whose key is readable by its owner alone', async () => {
    await setSecret(scratch.folder(), dev, canary);

    expect(await scratch.folder().values(dev)).toEqual({ API_KEY: canary });
    for (const file of scratch.files()) expect(scratch.text(file)).not.toContain(canary);
    for (const file of scratch.files()) {
      expect(scratch.text(file)).not.toContain(Buffer.from(canary).toString('base64').slice(0, 16));
    }
    expect(statSync(join(scratch.root, '.fleet/keys/age-dev.agekey')).mode & 0o777).toBe(0o600);
    expect(scratch.text('secrets/dev/app-a.yaml')).toMatch(/^apiVersion: v1\nkind: Secret\n[\s\S]*name: app-a/);
  });

  it('changes no byte when the value is the same', async () => {
    await setSecret(scratch.folder(), dev, canary);
    const before = scratch.text('secrets/dev/app-a.yaml');

    expect(await setSecret(scratch.folder(), dev, canary)).toBe(false);
    expect(scratch.text('secrets/dev/app-a.yaml')).toBe(before);
  });

  it("leaves the other values' ciphertext as it is", async () => {
    await generateSecrets(scratch.folder());
    const before = scratch.text('secrets/dev/app-a.yaml');
    await setSecret(scratch.folder(), dev, 'one');
    const between = scratch.text('secrets/dev/app-a.yaml');
    await setSecret(scratch.folder(), dev, 'two');
    const after = scratch.text('secrets/dev/app-a.yaml');

    expect(line(between, 'SESSION')).toBe(line(before, 'SESSION'));
    expect(line(after, 'SESSION')).toBe(line(before, 'SESSION'));
    expect(line(after, 'API_KEY')).not.toBe(line(between, 'API_KEY'));
  });

  it.each([
    ['a: b\n# c\n'],
    ['"quoted" \'twice\''],
    ['${VARIABLE} $(command) `command`'],
    ['12'],
    ['true'],
    ['ÄÖ\u2028'],
  ])('keeps %j as it is', async (value) => {
    await setSecret(scratch.folder(), dev, 'first');
    await setSecret(scratch.folder(), dev, value);
    expect(await scratch.folder().values(dev)).toEqual({ API_KEY: value });
  });

  it("is opened by the key of its cluster, and by no other's", async () => {
    await setSecret(scratch.folder(), dev, 'd');
    await setSecret(scratch.folder(), prod, 'p');
    const swapped = scratch.folder(undefined, 'elsewhere');
    const key = (name: string) => scratch.text(`.fleet/keys/age-${name}.agekey`);
    await generateSecrets(scratch.folder());
    await expect(importKey(swapped, 'dev', key('prod'))).rejects.toThrow("dev's secrets are encrypted to");
    await expect(swapped.values(dev)).rejects.toThrow('secrets/dev/app-a.yaml: sops decrypt failed');
    writeFileSync(join(scratch.root, '.fleet/keys/age-dev.agekey'), key('prod'));
    await expect(scratch.folder().values(dev)).rejects.toThrow('import-key');
    await expect(scratch.folder().values(prod)).resolves.toMatchObject({ API_KEY: 'p' });
  });

  it('leaves nothing behind in the scratch folder', async () => {
    await setSecret(scratch.folder(), dev, canary);
    expect(scratch.files().filter((file) => file.includes('scratch'))).toEqual([]);
  });
});

describe(`generating secrets, ${withSops}`, () => {
  it('makes up what is missing, and leaves to be set what somebody has to set', async () => {
    const outcome = await generateSecrets(scratch.folder());

    expect(outcome.madeKeys).toEqual(['dev', 'prod']);
    expect(outcome.generated.map(({ cluster, key }) => `${cluster} ${key}`)).toEqual(['dev SESSION', 'prod SESSION']);
    const { SESSION } = await scratch.folder().values(dev);
    expect(Buffer.from(SESSION as string, 'base64url')).toHaveLength(32);
    expect(missingSecrets(scratch.folder()).map(({ cluster }) => cluster)).toEqual(['dev', 'prod']);
  });

  it('changes nothing a second time, and starts no sops', async () => {
    await generateSecrets(scratch.folder());
    const before = scratch.files().map((file) => scratch.text(file));
    scratch.started = 0;

    const outcome = await generateSecrets(scratch.folder());

    expect(outcome).toEqual({ madeKeys: [], joined: [], generated: [], updated: [], wroteConfig: false });
    expect(scratch.files().map((file) => scratch.text(file))).toEqual(before);
    expect(scratch.started).toBe(0);
  });

  it('encrypts to a recipient that fleet.ts adds, with the same ciphertext of the values', async () => {
    await generateSecrets(scratch.folder());
    const before = scratch.text('secrets/dev/app-a.yaml');
    const friend = {
      type: 'age',
      recipient: 'age1pqlxdusvrde636rcned6zzf5qksmvhwfvmwvf9cnq80wakuda4jsq76fcs',
    } as const;

    const { updated } = await generateSecrets(scratch.folder(twoClusters([{ type: 'age' }, friend])));

    expect(updated).toEqual(['secrets/dev/app-a.yaml']);
    expect(scratch.text('secrets/dev/app-a.yaml')).toContain(`recipient: ${friend.recipient}`);
    expect(line(scratch.text('secrets/dev/app-a.yaml'), 'SESSION')).toBe(line(before, 'SESSION'));
  });
});

describe(`a fresh clone, ${withSops}`, () => {
  beforeEach(async () => {
    await setSecret(scratch.folder(), dev, 'd');
    await setSecret(scratch.folder(), prod, 'p');
    await generateSecrets(scratch.folder());
  });

  it('says whose key it needs where there are secrets that nobody here can read, and changes nothing', async () => {
    const before = [scratch.text('.sops.yaml'), scratch.text('secrets/dev/app-a.yaml')];

    await expect(generateSecrets(scratch.folder(undefined, 'fresh'))).rejects.toThrow(
      /secrets\/dev\/: its files are encrypted to age1[\s\S]*import-key dev[\s\S]*git rm secrets\/dev\/\*\.yaml/,
    );
    expect([scratch.text('.sops.yaml'), scratch.text('secrets/dev/app-a.yaml')]).toEqual(before);
    expect(scratch.has('fresh/keys/age-dev.agekey')).toBe(false);
  });

  it('goes on with the keys of whoever has them', async () => {
    const fresh = scratch.folder(undefined, 'fresh');
    for (const cluster of ['dev', 'prod'])
      await importKey(fresh, cluster, scratch.text(`.fleet/keys/age-${cluster}.agekey`));

    expect(await generateSecrets(fresh)).toMatchObject({ madeKeys: [], generated: [], updated: [] });
    expect(await fresh.values(dev)).toMatchObject({ API_KEY: 'd' });
  });

  it('begins anew where the files are removed, with a key of its own', async () => {
    rmSync(join(scratch.root, 'secrets'), { recursive: true });

    const outcome = await generateSecrets(scratch.folder(undefined, 'fresh'));

    expect(outcome.madeKeys).toEqual(['dev', 'prod']);
    expect(outcome.wroteConfig).toBe(true);
    expect(await scratch.folder(undefined, 'fresh').values(dev)).toHaveProperty('SESSION');
  });

  it('makes another key where the old one is gone and nothing is encrypted to it', async () => {
    rmSync(join(scratch.root, 'secrets/prod'), { recursive: true });
    rmSync(join(scratch.root, '.fleet/keys/age-prod.agekey'));
    await setSecret(scratch.folder(), prod, 'new');
    expect(await scratch.folder().values(prod)).toEqual({ API_KEY: 'new' });
  });
});

describe(`verifying secrets, ${withSops}`, () => {
  beforeEach(async () => {
    await setSecret(scratch.folder(), dev, 'd');
    await setSecret(scratch.folder(), prod, 'p');
    await generateSecrets(scratch.folder());
  });
  const verified = async (fleet = twoClusters()) =>
    (await verifySecrets(scratch.folder(fleet))).map(({ place, problem }) => `${place}: ${problem}`);

  it('finds nothing wrong with what was made', async () => {
    expect(await verified()).toEqual([]);
  });

  it('finds a file that is missing, or is of no cluster', async () => {
    mkdirSync(join(scratch.root, 'secrets/stage'));
    renameSync(join(scratch.root, 'secrets/dev/app-a.yaml'), join(scratch.root, 'secrets/stage/app-a.yaml'));
    expect(await verified()).toEqual([
      'secrets/dev/app-a.yaml: it has no `API_KEY`',
      'secrets/dev/app-a.yaml: it has no `SESSION`',
      'secrets/stage/app-a.yaml: fleet.ts has no cluster `stage`',
    ]);
  });

  it('finds a file that another cluster can read', async () => {
    writeFileSync(join(scratch.root, 'secrets/prod/app-a.yaml'), scratch.text('secrets/dev/app-a.yaml'));
    expect((await verified()).join('\n')).toMatch(
      /prod\/app-a\.yaml: it is encrypted to age1.*not the recipients[\s\S]*decrypt failed/,
    );
  });

  it('finds plain text', async () => {
    writeFileSync(join(scratch.root, 'secrets/dev/other.yaml'), 'kind: Secret\nstringData:\n  a: b\n');
    expect(await verified()).toEqual(['secrets/dev/other.yaml: `a` of Secret without a name is plain text']);
  });

  it('finds a value that was changed by hand', async () => {
    const text = scratch.text('secrets/dev/app-a.yaml');
    writeFileSync(
      join(scratch.root, 'secrets/dev/app-a.yaml'),
      text.replace(/(API_KEY: ENC\[AES256_GCM,data:)../, '$1AA'),
    );
    expect((await verified()).join('\n')).toContain('decrypt failed');
  });
});
