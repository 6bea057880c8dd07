import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { identitiesIn, keyFileLines, notKeys, readKeyFile } from './age-key-text';
import { localPaths } from '../model';
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

/** Where the keys stay that a rotation has replaced: files in the history of Git may have no other. */
export function retiredKeyPath(directory: string, cluster: string): string {
  return join(directory, localPaths.retiredAgeKeys(cluster));
}

/**
 * The keys in such a file, the oldest first; none where there is no file.
 *
 * @throws FleetError when the file cannot be read, or holds something else.
 */
export function readAgeKeys(path: string): Promise<AgeKeyPair[]> {
  return pairsIn(readKeyFile(path), path);
}

/**
 * The keys in a text that holds private halves among comments, as `age-keygen` prints it.
 *
 * @throws FleetError when it holds none, or something else.
 */
export async function parseAgeKeys(text: string, place: string): Promise<AgeKeyPair[]> {
  const pairs = await pairsIn(text, place);
  if (pairs.length > 0) return pairs;
  const next = 'Give what `age-keygen` writes: a line `AGE-SECRET-KEY-1…`, and comments';
  throw notKeys(place, { problem: 'it holds no private age key', next });
}

/**
 * Adds keys to a file, for its owner alone, whole or not at all. What the file holds already stays in it.
 *
 * @throws FleetError when the file cannot be read, or holds something else: it is left alone.
 */
export function addAgeKeys(path: string, keys: readonly AgeKeyPair[]): void {
  const text = readKeyFile(path);
  const held = identitiesIn(text, path);
  const added = keys.filter(({ identity }) => !held.includes(identity));
  if (added.length === 0) return;
  const before = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  writePrivateFile(path, before + format(added));
}

/** Takes keys out of a cluster's file, and keeps them in that of the keys which a rotation has replaced. */
export function retireAgeKeys(directory: string, cluster: string, keys: readonly AgeKeyPair[]): void {
  addAgeKeys(retiredKeyPath(directory, cluster), keys);
  const gone = keys.flatMap(({ identity, recipient }) => [identity, `# public key: ${recipient}`]);
  const path = ageKeyPath(directory, cluster);
  const kept = keyFileLines(readKeyFile(path)).filter((line) => !gone.includes(line));
  writePrivateFile(path, kept.join('\n'));
}

/** The keys of clusters of other names than these: such that the fleet has no longer. */
export async function formerAgeKeys(directory: string, clusters: readonly string[]): Promise<AgeKeyPair[]> {
  const [before, after] = ageKeyPath(directory, '*').split('*') as [string, string];
  const current = clusters.map((cluster) => ageKeyPath(directory, cluster));
  const former = keyFiles(directory).filter(
    (file) => file.startsWith(before) && file.endsWith(after) && !current.includes(file),
  );
  return (await Promise.all(former.map(readAgeKeys))).flat();
}

/** A new key, which is nowhere but in memory. */
export async function makeAgeKey(): Promise<AgeKeyPair> {
  const { generateX25519Identity } = await import('age-encryption');
  return pairOf(await generateX25519Identity());
}

/** A cluster's keys as `age-keygen` writes them; one is made first where there is none. */
export async function ageKeyFile(directory: string, cluster: string): Promise<string> {
  const path = ageKeyPath(directory, cluster);
  if ((await readAgeKeys(path)).length === 0) addAgeKeys(path, [await makeAgeKey()]);
  return format(await readAgeKeys(path));
}

/** One file with every cluster's keys, for plain `sops`; undefined while there is no key. */
export function joinedAgeKeys(directory: string, clusters: readonly string[]): string | undefined {
  const path = join(directory, localPaths.joinedAgeKeys);
  const texts = clusters.flatMap((cluster) => sopsKeys(ageKeyPath(directory, cluster))?.text.trimEnd() ?? []);
  if (texts.length === 0) return undefined;
  const elsewhere = new Set(keyFiles(directory).flatMap((file) => keyFileLines(readKeyFile(file))));
  // What somebody has put there, and is in no other file.
  const foreign = keyFileLines(readKeyFile(path)).filter((line) => line !== '' && !elsewhere.has(line));
  writePrivateFile(path, [...texts, ...foreign, ''].join('\n'));
  return path;
}

/** A file of age keys, as SOPS is to read it. */
export interface SopsKeyFile {
  readonly path: string;
  readonly text: string;
  /** Whether the file itself is that. */
  readonly same: boolean;
}

/**
 * What SOPS is to read of a key file, as it takes no blanks around a key; undefined where there is no key.
 */
export function sopsKeys(path: string): SopsKeyFile | undefined {
  const text = readKeyFile(path);
  if (identitiesIn(text, path).length === 0) return undefined;
  const clean = keyFileLines(text).join('\n');
  return { path, text: clean, same: clean === text };
}

function keyFiles(directory: string): string[] {
  const folder = join(directory, localPaths.keys);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => name.endsWith('.agekey')).map((name) => join(folder, name));
}

function format(keys: readonly AgeKeyPair[]): string {
  return keys.map(({ identity, recipient }) => `# public key: ${recipient}\n${identity}\n`).join('');
}

async function pairsIn(text: string, place: string): Promise<AgeKeyPair[]> {
  const identities = identitiesIn(text, place);
  try {
    return await Promise.all(identities.map(pairOf));
  } catch {
    // What age says of it might repeat it.
  }
  const next = 'Copy it once more from where it is kept: its checksum tells that letters are missing or changed';
  throw notKeys(place, { problem: 'it holds a private age key that is damaged', next });
}

async function pairOf(identity: string): Promise<AgeKeyPair> {
  const { identityToRecipient } = await import('age-encryption');
  return { identity, recipient: await identityToRecipient(identity) };
}
