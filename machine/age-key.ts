import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { FleetError, localPaths } from '../model';
import { writePrivateFile } from './private-file';

/** An age key: https://age-encryption.org */
export interface AgeKeyPair {
  /** The private half: `AGE-SECRET-KEY-1…`. */
  readonly identity: string;
  /** The public half: `age1…`. */
  readonly recipient: string;
}

/** The entry of a Secret of Flux's that holds age keys: its name has to end like this. */
export const ageKeyEntry = 'age.agekey';

/** Where this machine keeps the private age keys of a cluster: one, or during a rotation the old one and the new one. */
export function ageKeyPath(directory: string, cluster: string): string {
  return join(directory, localPaths.ageKeys(cluster));
}

/** The keys in such a file, the oldest first; none where there is no file. */
export function readAgeKeys(path: string): AgeKeyPair[] {
  if (!existsSync(path)) return [];
  const pairs = /^# public key: (age1\S+)\n(AGE-SECRET-KEY-1\S+)$/gm;
  return [...readFileSync(path, 'utf8').matchAll(pairs)].map(([, recipient, identity]) => ({
    identity: identity!,
    recipient: recipient!,
  }));
}

/** Writes keys as `age-keygen` does, for their owner alone, whole or not at all. */
export function writeAgeKeys(path: string, keys: readonly AgeKeyPair[]): void {
  writePrivateFile(path, keys.map(({ identity, recipient }) => `# public key: ${recipient}\n${identity}\n`).join(''));
}

/** A new key, which is nowhere but in memory. */
export async function makeAgeKey(): Promise<AgeKeyPair> {
  const { generateX25519Identity } = await import('age-encryption');
  return pairOf(await generateX25519Identity());
}

/**
 * The keys in a text that holds private halves among comments, as `age-keygen` prints it.
 *
 * @throws FleetError when it holds none, or something else.
 */
export async function parseAgeKeys(text: string, place: string): Promise<AgeKeyPair[]> {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const identities = lines.filter((line) => line !== '' && !line.startsWith('#'));
  try {
    if (identities.length > 0) return await Promise.all(identities.map(pairOf));
  } catch {
    // What age says of it might repeat it.
  }
  throw new FleetError({
    place,
    problem: 'it is no file of private age keys',
    next: 'Give what `age-keygen` writes: a line `AGE-SECRET-KEY-1…`, and comments',
  });
}

/** The key file's content for a cluster, made first where there is none. */
export async function ageKeyFile(directory: string, cluster: string): Promise<string> {
  const path = ageKeyPath(directory, cluster);
  if (readAgeKeys(path).length === 0) writeAgeKeys(path, [await makeAgeKey()]);
  return readFileSync(path, 'utf8');
}

/** One file with every cluster's keys, for plain `sops`; undefined while there is no key. */
export function joinedAgeKeys(directory: string, clusters: readonly string[]): string | undefined {
  const keys = clusters.flatMap((cluster) => readAgeKeys(ageKeyPath(directory, cluster)));
  if (keys.length === 0) return undefined;
  const path = join(directory, 'keys', 'age-keys.txt');
  writeAgeKeys(path, keys);
  return path;
}

async function pairOf(identity: string): Promise<AgeKeyPair> {
  const { identityToRecipient } = await import('age-encryption');
  return { identity, recipient: await identityToRecipient(identity) };
}
