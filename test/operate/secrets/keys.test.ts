import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { addAgeKeys, makeAgeKey, readAgeKeys } from '../../../machine/age-key';
import { importKey } from '../../../operate/secrets/import-key';
import { generateSecrets, setSecret } from '../../../operate/secrets/values';
import { Scratch, withSops } from './fixture';

let scratch: Scratch;
beforeEach(() => (scratch = new Scratch()));
afterEach(() => scratch.remove());

const dev = { cluster: 'dev', app: 'app-a', key: 'API_KEY' };
const path = '.fleet/keys/age-dev.agekey';
const keys = () => readAgeKeys(join(scratch.root, path));

function write(text: string): void {
  mkdirSync(dirname(join(scratch.root, path)), { recursive: true });
  writeFileSync(join(scratch.root, path), text);
}

describe(`a key that somebody has put there, ${withSops}`, () => {
  it.each<[string, (identity: string) => string]>([
    ['a bare line', (identity) => identity],
    ['lines that end as on Windows', (identity) => `# dev\r\n${identity}\r\n`],
    ['blanks around it', (identity) => `  # dev\n\n  ${identity} \n`],
    ['a byte order mark', (identity) => `\uFEFF${identity}\n`],
  ])('with %s is the key of the cluster, and its file stays as it is', async (_, form) => {
    const { identity, recipient } = await makeAgeKey();
    write(form(identity));

    expect(await setSecret(scratch.folder(), dev, 'value')).toBe(true);

    expect(await setSecret(scratch.folder(), dev, 'value')).toBe(false);
    expect(scratch.text('.sops.yaml')).toContain(recipient);
    expect(await scratch.folder().values(dev)).toEqual({ API_KEY: 'value' });
    expect(scratch.text(path)).toBe(form(identity));
    expect(scratch.files().filter((file) => file.includes('scratch'))).toEqual([]);
  });

  it('stays when files are opened by another one that is made or imported', async () => {
    await setSecret(scratch.folder(), dev, 'value');
    const [used] = await keys();
    const other = await makeAgeKey();
    write(`# of another branch\n${other.identity}\n`);

    await importKey(scratch.folder(), 'dev', `${used!.identity}\n`);

    expect(await keys()).toEqual([other, used]);
    expect(scratch.text(path)).toContain('# of another branch\n');
  });

  it('stays where it cannot be read as a key, and no other is made', async () => {
    const text = 'AGE-PLUGIN-YUBIKEY-1QQPQQ\n';
    write(text);
    await expect(generateSecrets(scratch.folder())).rejects.toThrow(/age-dev\.agekey: .*plugin/);
    await expect(setSecret(scratch.folder(), dev, 'value')).rejects.toThrow(/age-dev\.agekey: .*plugin/);
    const { identity } = await makeAgeKey();
    await expect(importKey(scratch.folder(), 'dev', identity)).rejects.toThrow(/age-dev\.agekey: .*plugin/);
    expect(scratch.text(path)).toBe(text);
    expect(scratch.has('secrets')).toBe(false);
  });
});

describe('a key that opens nothing', () => {
  it('becomes one that does where others can decrypt as well', async () => {
    const other = await makeAgeKey();
    addAgeKeys(join(scratch.root, path), [other]);
    const folder = scratch.folder();
    // As if a login at a cloud's opened the file.
    folder.opens = () => Promise.resolve(true);
    folder.filesOf = (cluster) => (cluster === 'dev' ? [dev] : []);
    folder.read = () => ({
      keys: [],
      values: {},
      changed: '',
      recipients: { age: ['age1else'], 'aws-kms': [], 'gcp-kms': [], 'azure-key-vault': [], transit: [], pgp: [] },
    });
    folder.updateKeys = () => Promise.resolve(true);
    folder.set = () => Promise.resolve(true);

    expect((await generateSecrets(folder)).madeKeys).toEqual(['prod']);

    expect(await keys()).toEqual([other]);
    expect(scratch.text('.sops.yaml')).toContain(other.recipient);
  });
});
