import { readFileSync } from 'node:fs';

import { FleetError, type Problem } from '../model';

/** https://age-encryption.org/v1: Bech32, in capitals; `PQ` is a key that a quantum computer does not break. */
const identity = /^AGE-SECRET-KEY-(PQ-)?1[02-9AC-HJ-NP-Z]+$/;

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
    next: 'Give what `age-keygen` writes: a line `AGE-SECRET-KEY-1…`, and comments',
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
  if (wrong >= 0) throw notKeys(place, others.find(({ pattern }) => pattern.test(lines.join('\n'))) ?? line(wrong));
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

function line(index: number) {
  return {
    problem: `line ${index + 1} is not a private age key`,
    next: 'Give what `age-keygen` writes: a line `AGE-SECRET-KEY-1…`, and comments; move away a file of anything else',
  };
}
