import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { localPaths } from '../model';

export interface PgpPrivateKey {
  readonly fingerprint: string;
  /** The key, as `gpg --armor --export-secret-keys` prints it. */
  readonly text: string;
}

/** The entry of a Secret of Flux's that holds a private PGP key: its name has to end like this. */
export const pgpKeyEntry = (fingerprint: string) => `${fingerprint}.asc`;

/** Where this machine keeps a private PGP key of a cluster. */
export function pgpKeyPath(directory: string, cluster: string, fingerprint: string): string {
  return join(directory, localPaths.pgpKey(cluster, fingerprint));
}

/** The private keys of these fingerprints that this machine has of a cluster. */
export function readPgpKeys(directory: string, cluster: string, fingerprints: readonly string[]): PgpPrivateKey[] {
  return fingerprints.flatMap((fingerprint) => {
    const path = pgpKeyPath(directory, cluster, fingerprint);
    return existsSync(path) ? [{ fingerprint, text: readFileSync(path, 'utf8') }] : [];
  });
}

/**
 * Does work with a folder for GnuPG of its own, which has these keys. It is directly in the system's folder for temporary
 * files, because the path of its agent's socket may have no more than about 100 characters.
 */
export async function withGnupgHome<T>(keys: readonly string[], work: (home: string) => Promise<T>): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'fleet-gpg-'));
  try {
    for (const key of keys) await gpg(home, ['--import'], key);
    return await work(home);
  } finally {
    await execa('gpgconf', ['--homedir', home, '--kill', 'all'], { reject: false });
    rmSync(home, { recursive: true, force: true });
  }
}

/** Runs `gpg`, which asks nobody for a passphrase; keys and data reach it by standard input. */
export function gpg(home: string | undefined, args: readonly string[], input = '') {
  const quiet = ['--batch', '--no-tty', '--pinentry-mode', 'error', '--trust-model', 'always'];
  const options = [...(home === undefined ? [] : ['--homedir', home]), ...quiet];
  return execa('gpg', [...options, ...args], { input, reject: false, env: { LC_ALL: 'C' } });
}
