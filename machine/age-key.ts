import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FleetError, localPaths, type Problem } from '../model';
import { writePrivateFile } from './files';

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
  throw notKeys(place, { problem: 'it holds no private age key', next: keygen });
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

/** What SOPS is to read of a key file, as it takes no blanks around a key; undefined where there is no key. */
export function sopsKeys(path: string): { path: string; text: string; same: boolean } | undefined {
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

/** https://age-encryption.org/v1: Bech32, in capitals; `PQ` is a key that a quantum computer does not break. */
const identity = /^AGE-SECRET-KEY-(PQ-)?1[02-9AC-HJ-NP-Z]+$/;

const keygen = 'Give what `age-keygen` writes: a line `AGE-SECRET-KEY-1…`, and comments';

/** What else people keep as an age key, and what to do about it. A problem never repeats the text. */
const others: readonly { readonly pattern: RegExp; readonly problem: string; readonly next: string }[] = [
  {
    pattern: /^AGE-PLUGIN-/m,
    problem: 'it holds a key of an age plugin, which Flux cannot use',
    next: 'Keep that key elsewhere, and give the cluster a key as `age-keygen` writes it',
  },
  {
    pattern: /^(-----BEGIN AGE ENCRYPTED FILE-----|age-encryption\.org\/)/m,
    problem: 'it is encrypted',
    next: 'Decrypt it: `age --decrypt <file> | npm run fleet -- secrets import-key <cluster>`',
  },
  {
    pattern: /^-----BEGIN [A-Z ]*PRIVATE KEY-----/m,
    problem: 'it holds a private key of another kind than age',
    next: keygen,
  },
];

/** The lines of a file of age keys, without what editors of other systems put around them. */
export function keyFileLines(text: string): string[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim());
}

/**
 * The private halves in a text, each once, in its order; none where it holds nothing but comments.
 *
 * @throws FleetError when the text holds something else.
 */
export function identitiesIn(text: string, place: string): string[] {
  const lines = keyFileLines(text);
  const wrong = lines.findIndex((line) => line !== '' && !line.startsWith('#') && !identity.test(line));
  if (wrong >= 0) {
    const problem = `line ${wrong + 1} is not a private age key`;
    const next = `${keygen}; move away a file of anything else`;
    throw notKeys(place, others.find(({ pattern }) => pattern.test(lines.join('\n'))) ?? { problem, next });
  }
  return [...new Set(lines.filter((each) => identity.test(each)))];
}

/** @returns the text of a key file, empty where there is none. @throws FleetError when it cannot be read */
export function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return '';
    throw new FleetError({
      place: path,
      problem: `it cannot be read (${code})`,
      next: `Make it a file that you may read, as by \`chmod 600 ${path}\``,
    });
  }
}

/** The error for a text that is no file of age keys. It changes nothing, and says how to go on. */
export function notKeys(place: string, { problem, next }: Omit<Problem, 'place'>): FleetError {
  return new FleetError({ place, problem: `${problem}; it was left as it is`, next });
}
