import type { Problem } from '../fleet-error';
import { secretFile } from './fleet-secrets';

/** The values of a Secret, encrypted or not. */
export interface SecretValues {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly stringData?: Readonly<Record<string, unknown>>;
}

/** The most bytes that Kubernetes accepts in a Secret: https://kubernetes.io/docs/concepts/configuration/secret/#restriction-data-size */
const limit = 1024 * 1024;

/**
 * What an encrypted value reveals without a key, undefined for any other value: its type in YAML (`str`, `int`, `bool`, …),
 * and its length in bytes, which AES-GCM does not change. https://getsops.io/docs/#encryption-protocol
 */
export function cipherText(value: unknown): { type: string; bytes: number } | undefined {
  if (typeof value !== 'string') return undefined;
  const found = /^ENC\[AES256_GCM,data:([^,\]]*),[^\]]*\btype:(\w+)\]$/.exec(value);
  return found ? { type: found[2]!, bytes: Math.floor((found[1]!.replace(/=+$/, '').length * 3) / 4) } : undefined;
}

/** Whether a file is one that Flux finds to be encrypted by SOPS, as YAML, JSON, INI or variables. */
export function isEncryptedFile(text: string): boolean {
  return /mac: ENC\[|"mac": "ENC\[|^\[sops\]|sops_mac=ENC\[/m.test(text);
}

/**
 * What is wrong with the values of an app's encrypted file, as far as this is visible without a key: a value that is not
 * a string, because Flux fails and prints the decrypted value in a condition; and more bytes than Kubernetes accepts.
 */
export function* secretValueProblems(
  { cluster, app }: { readonly cluster: string; readonly app: string },
  { data, stringData }: SecretValues,
): Iterable<Problem> {
  const place = secretFile(cluster, app);
  for (const [key, value] of Object.entries({ ...data, ...stringData })) {
    const problem = notString(value);
    const next = `Put the value in quotes with \`npm run fleet -- secrets edit ${cluster} ${app}\``;
    if (problem !== undefined) yield { place, problem: `\`${key}\` ${problem}`, next };
  }
  yield* secretSizeProblems(place, { data, stringData });
}

/** Whether Kubernetes accepts a value below `data` of a Secret. */
export function isBase64(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const text = value.replaceAll(/[\r\n]/g, '');
  return Buffer.from(text, 'base64').toString('base64') === text;
}

/** A Secret that is too large for Kubernetes. */
export function* secretSizeProblems(place: string, { data = {}, stringData = {} }: SecretValues): Iterable<Problem> {
  const sizes = Object.entries({ ...data, ...stringData }).map(([key, value]) => {
    const bytes = cipherText(value)?.bytes ?? 0;
    return Object.hasOwn(stringData, key) ? bytes : Math.floor((bytes * 3) / 4);
  });
  const total = sizes.reduce((sum, each) => sum + each, 0);
  if (total <= limit) return;
  yield {
    place,
    problem: `its values have ${total} bytes in total, but a Secret can have at most ${limit} bytes`,
    next: 'Move large data to a place from which the app fetches it, and keep only its key in the Secret',
  };
}

function notString(value: unknown): string | undefined {
  const type = cipherText(value)?.type ?? 'str';
  if (value === null) return 'has no value';
  if (typeof value === 'object') return 'is a list or a map, but a value of a Secret must be a string';
  return type === 'str'
    ? undefined
    : `is encrypted as \`${type}\`, but a value of a Secret must be a string: Flux would print the decrypted value`;
}

/** Whether Git has left the two sides of a merge in a text: https://git-scm.com/docs/git-merge#_how_conflicts_are_presented */
export function hasConflictMarkers(text: string): boolean {
  return /^(<{7}|>{7})( |\r?$)/m.test(text);
}

/** What to do about an encrypted file that holds parts of both sides of a merge: SOPS signs a file as a whole. */
export function mergeAdvice(file: string): string {
  return (
    `Use one side whole, with \`git checkout --ours ${file}\` or \`git checkout --theirs ${file}\` ` +
    `(after the commit of a merge, \`git checkout HEAD^1 -- ${file}\` or \`git checkout HEAD^2 -- ${file}\`), ` +
    'and set the values of the other side again with `npm run fleet -- secrets set`'
  );
}
