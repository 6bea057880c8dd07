import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { findCommand } from '../../../machine/files';
import { pgpKeyPath } from '../../../machine/pgp-key';
import { ageKey, type Fleet, pgpKey } from '../../../model';
import { readEncrypted } from '../../../operate/secrets/encrypted-file';
import { importPgpKey, refuseMissingKeys } from '../../../operate/secrets/import-key';
import { generateSecrets, setSecret } from '../../../operate/secrets/values';
import { refuseUnverified, verifySecrets } from '../../../operate/secrets/verify';
import { hasSops, Scratch, twoClusters } from './fixture';

const can = hasSops && findCommand('gpg') !== undefined;
const name = { cluster: 'dev', app: 'app-a', key: 'API_KEY' };

const passphrase = 'correct horse 1';

let scratch: Scratch;
beforeEach(() => (scratch = new Scratch()));
afterEach(() => scratch.remove());

describe('a cluster whose recipient is a PGP key, with no private half here', () => {
  const fleet = twoClusters([pgpKey('85D77543B3D624B63CEA9E6DBC17301B491B3F21')]);

  it('is refused, with the command that imports it', () => {
    expect(() => refuseMissingKeys(scratch.folder(fleet))).toThrow(
      /^clusters\.dev: .*\n.*gpg --armor --export-secret-keys 85D\w+ \| npm run fleet -- secrets import-pgp-key dev/,
    );
    expect(() => refuseMissingKeys(scratch.folder())).not.toThrow();
  });

  it.skipIf(!can)('takes no text that is not such a key, and does not repeat it', async () => {
    const take = (text: string, of: Fleet = fleet) => importPgpKey(scratch.folder(of), 'dev', text);
    await expect(take('hunter2')).rejects.toThrow(/^standard input: it holds no private PGP key\.\n(?!.*hunter2)/);
    await expect(take('-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nhunter2\n')).rejects.toThrow(/damaged(?!.*hunter2)/);
    await expect(take('', twoClusters())).rejects.toThrow('clusters.dev: no recipient of it is a PGP key');
  });
});

describe.skipIf(!can)(
  `PGP keys, with the real sops and gpg${can ? '' : ', one of which this machine does not have'}`,
  () => {
    const before = process.env['GNUPGHOME'];
    let home: string;
    let own: string;
    let friend: string;
    let locked: string;
    let fleet: Fleet;
    const gpg = async (...args: string[]) =>
      (await execa('gpg', ['--batch', '--pinentry-mode', 'loopback', ...args], { env: { GNUPGHOME: home } })).stdout;
    const exported = (key: string) =>
      gpg('--passphrase', key === locked ? passphrase : '', '--armor', '--export-secret-keys', key);
    async function key(user: string, secret = ''): Promise<string> {
      await gpg('--passphrase', secret, '--quick-generate-key', user, 'future-default', 'default', 'never');
      return /^fpr:+(\w+):/m.exec(await gpg('--with-colons', '--list-keys', user))![1]!;
    }

    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'fleet-gpg-user-'));
      chmodSync(home, 0o700);
      process.env['GNUPGHOME'] = home;
      [own, friend, locked] = [await key('cluster'), await key('friend'), await key('locked', passphrase)];
      fleet = twoClusters([pgpKey(own), pgpKey(friend)]);
    }, 60_000);
    afterAll(async () => {
      await execa('gpgconf', ['--homedir', home, '--kill', 'all']);
      rmSync(home, { recursive: true, force: true });
      if (before === undefined) delete process.env['GNUPGHOME'];
      else process.env['GNUPGHOME'] = before;
    });

    it('decrypt by the private half that was imported, which is readable by its owner alone', async () => {
      const folder = scratch.folder(fleet);
      expect(await importPgpKey(folder, 'dev', await exported(own))).toEqual([own]);
      const path = pgpKeyPath(folder.props.directory, 'dev', own);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(readFileSync(path, 'utf8')).toMatch(/^-----BEGIN PGP PRIVATE KEY BLOCK-----/);
      refuseMissingKeys(folder);

      await setSecret(folder, name, 'p4ss,w0rd');

      // The friend's public half is in the user's keyring alone.
      expect(readEncrypted(scratch.text('secrets/dev/app-a.yaml'), '').recipients).toMatchObject({
        age: [],
        pgp: [own, friend],
      });
      process.env['GNUPGHOME'] = join(home, 'nothing');
      try {
        expect(await folder.decryptAsCluster(name)).toMatchObject({ stringData: { API_KEY: 'p4ss,w0rd' } });
      } finally {
        process.env['GNUPGHOME'] = home;
      }
      expect(scratch.files().filter((file) => file.includes('scratch'))).toEqual([]);
      expect(readdirSync(tmpdir()).filter((entry) => entry.startsWith('fleet-gpg-') && !home.endsWith(entry))).toEqual(
        [],
      );
    });

    it('are verified, and used beside an age key', async () => {
      const both = twoClusters([ageKey(), pgpKey(own)]);
      await setSecret(scratch.folder(both), name, 'value');
      await setSecret(scratch.folder(both), { ...name, cluster: 'prod' }, 'value');
      await generateSecrets(scratch.folder(both));
      expect(await verifySecrets(scratch.folder(both))).toEqual([]);
      await refuseUnverified(scratch.folder(both));
      rmSync(join(scratch.root, '.fleet/keys'), { recursive: true });
      await importPgpKey(scratch.folder(both), 'dev', await exported(own));
      expect(await scratch.folder(both).decryptAsCluster(name)).toMatchObject({ stringData: { API_KEY: 'value' } });
    });

    it('are asked for where the public half is not in the keyring', async () => {
      const unknown = twoClusters([ageKey(), pgpKey('0'.repeat(40))]);
      await expect(setSecret(scratch.folder(unknown), name, 'value')).rejects.toThrow(
        /sops encrypt failed.*\n.*gpg --import/,
      );
    });

    it('are refused where they are of somebody else, or have a passphrase, which Flux cannot enter', async () => {
      const take = async (one: string, wanted: string) =>
        importPgpKey(scratch.folder(twoClusters([pgpKey(wanted)])), 'dev', await exported(one));
      await expect(take(friend, own)).rejects.toThrow(`its key is ${friend}`);
      await expect(take(locked, locked)).rejects.toThrow(/has a passphrase.*\n.*passwd/);
      expect(scratch.has('.fleet/keys')).toBe(false);
    });
  },
);
