import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  addAgeKeys,
  ageKeyFile,
  type AgeKeyPair,
  ageKeyPath,
  joinedAgeKeys,
  makeAgeKey,
  parseAgeKeys,
  readAgeKeys,
  retireAgeKeys,
  retiredKeyPath,
} from '../../machine/age-key';

let directory: string;
let first: AgeKeyPair;
let second: AgeKeyPair;
let added: AgeKeyPair;
beforeAll(async () => {
  [first, second, added] = [await makeAgeKey(), await makeAgeKey(), await makeAgeKey()];
});
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'flux-fleet-keys-'))));
afterEach(() => rmSync(directory, { recursive: true, force: true, maxRetries: 9 }));

const path = () => ageKeyPath(directory, 'dev');
const text = (file = path()) => readFileSync(file, 'utf8');

function write(content: string, file = path()): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** Every way in which somebody may have kept two keys. */
const forms: readonly [string, (one: string, two: string) => string][] = [
  ['as age-keygen writes it', (one, two) => `# created: 2026-01-01\n# public key: age1x\n${one}\n${two}\n`],
  ['with bare lines', (one, two) => `${one}\n${two}`],
  ['with the line ends of Windows', (one, two) => `# dev\r\n\r\n${one}\r\n${two}\r\n`],
  ['with the line ends of an old Mac', (one, two) => `${one}\r${two}\r`],
  ['with blanks around the lines', (one, two) => `\n  # dev\n\t${one}  \n   ${two}\t\n\n`],
  ['with a byte order mark', (one, two) => `\uFEFF${one}\n${two}\n`],
  ['with a key that stands there twice', (one, two) => `${one}\n${two}\n${one}\n`],
];

describe('a file of age keys', () => {
  it.each(forms)('%s is read', async (_, form) => {
    write(form(first.identity, second.identity));
    expect(await readAgeKeys(path())).toEqual([first, second]);
  });

  it.each(forms)('%s keeps all that it holds when a key is added', async (_, form) => {
    const before = form(first.identity, second.identity);
    write(before);
    addAgeKeys(path(), [first, added]);
    expect(text().startsWith(before)).toBe(true);
    expect(await readAgeKeys(path())).toEqual([first, second, added]);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  it.each(forms)('%s is given to the cluster as it is, and no key is made', async (_, form) => {
    const before = form(first.identity, second.identity);
    write(before);
    const given = await ageKeyFile(directory, 'dev');
    expect(given.match(/^AGE-SECRET-KEY-1\S+$/gm)).toEqual([first.identity, second.identity]);
    expect(text()).toBe(before);
  });

  it('may hold a post-quantum key', async () => {
    const { generateHybridIdentity } = await import('age-encryption');
    write(await generateHybridIdentity());
    expect((await readAgeKeys(path()))[0]!.recipient).toMatch(/^age1pq1/);
  });

  it('that is not there, or holds comments alone, has no key, and gets one beside the comments', async () => {
    expect(await readAgeKeys(path())).toEqual([]);
    write('# to be filled in\n');
    const given = await ageKeyFile(directory, 'dev');
    expect(given).toMatch(/^# public key: age1\S+\nAGE-SECRET-KEY-1\S+\n$/);
    expect(text()).toBe(`# to be filled in\n${given}`);
  });

  it.each<[string, () => string, string]>([
    [
      'a key of a plugin',
      () => `AGE-PLUGIN-YUBIKEY-1QQPQQ\n${first.identity}\n`,
      'a key of an age plugin, which Flux cannot use',
    ],
    ['an encrypted file', () => '-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n', 'it is encrypted'],
    ['a file encrypted as bytes', () => 'age-encryption.org/v1\n-> scrypt x 18\n', 'it is encrypted'],
    ['a key of SSH', () => '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n', 'a private key of another kind'],
    ['anything else', () => `# dev\n${first.identity}\nkey: ${second.identity}\n`, 'line 3 is not a private age key'],
    ['a key that lacks a letter', () => `${first.identity.slice(0, -1)}\n`, 'a private age key that is damaged'],
    ['a key in small letters', () => first.identity.toLowerCase(), 'line 1 is not a private age key'],
  ])('with %s is refused, not repeated, and never written to', async (_, content, problem) => {
    write(content());
    for (const work of [
      () => readAgeKeys(path()),
      () => ageKeyFile(directory, 'dev'),
      () => parseAgeKeys(content(), 'standard input'),
    ]) {
      const error = await work().then(
        () => expect.fail('it was read'),
        (one: Error) => one,
      );
      expect(error.name).toBe('FleetError');
      expect(error.message).toContain(problem);
      expect(error.message).not.toMatch(/[A-Z0-9]{20}|b3Bl|YWdl/);
    }
    expect(text()).toBe(content());
  });

  it('that is a folder is refused', async () => {
    mkdirSync(path(), { recursive: true });
    await expect(ageKeyFile(directory, 'dev')).rejects.toThrow('it cannot be read (EISDIR)');
  });
});

describe('keys that a rotation has replaced', () => {
  it('leave the file of the cluster, and are kept in another, with those before them', async () => {
    write(`# ours\n# public key: ${first.recipient}\n${first.identity}\r\n`);
    addAgeKeys(path(), [second]);
    retireAgeKeys(directory, 'dev', [first]);
    addAgeKeys(path(), [added]);
    retireAgeKeys(directory, 'dev', [second]);

    expect(await readAgeKeys(path())).toEqual([added]);
    expect(text()).toContain('# ours\n');
    expect(await readAgeKeys(retiredKeyPath(directory, 'dev'))).toEqual([first, second]);
  });
});

describe('the one file for plain sops', () => {
  const joined = () => join(directory, 'keys', 'age-keys.txt');

  it('is there when a cluster has a key, and holds each', async () => {
    expect(joinedAgeKeys(directory, ['dev', 'prod'])).toBeUndefined();
    expect(existsSync(joined())).toBe(false);
    write(`  ${first.identity}\r\n`);
    write(second.identity, ageKeyPath(directory, 'prod'));
    expect(joinedAgeKeys(directory, ['dev', 'prod'])).toBe(joined());
    expect(await readAgeKeys(joined())).toEqual([first, second]);
  });

  it('keeps what somebody added to it, and drops what was retired', () => {
    write(first.identity);
    joinedAgeKeys(directory, ['dev']);
    const mine = `AGE-PLUGIN-YUBIKEY-1QQPQQ\n${second.identity}\n`;
    writeFileSync(joined(), text(joined()) + mine);
    addAgeKeys(path(), [added]);
    retireAgeKeys(directory, 'dev', [first]);

    for (let run = 0; run < 2; run++) joinedAgeKeys(directory, ['dev']);

    expect(text(joined())).toBe(text() + mine);
  });
});
