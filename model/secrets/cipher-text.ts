import type { Problem } from '../fleet-error';
import { secretFile } from './secret';

/** What can be told without a key of a value that SOPS encrypted: https://getsops.io/docs/#encryption-protocol */
export interface CipherText {
  /** What YAML took the value for: `str`, `int`, `float`, `bool`, `time`, `bytes`. */
  readonly type: string;
  /** The length of what it encrypts, in bytes: AES-GCM keeps it. */
  readonly bytes: number;
}

/** The values of a Secret, encrypted or not. */
export interface SecretValues {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly stringData?: Readonly<Record<string, unknown>>;
}

/** More than this, and Kubernetes refuses a Secret: https://kubernetes.io/docs/concepts/configuration/secret/#restriction-data-size */
const limit = 1024 * 1024;

/** A value as SOPS leaves it; undefined for anything else. */
export function cipherText(value: unknown): CipherText | undefined {
  if (typeof value !== 'string') return undefined;
  const found = /^ENC\[AES256_GCM,data:([^,\]]*),[^\]]*\btype:(\w+)\]$/.exec(value);
  return found ? { type: found[2]!, bytes: base64Bytes(found[1]!) } : undefined;
}

/**
 * What is wrong with the values of an app's encrypted file, as far as can be told without a key: one that is not text,
 * as Flux fails on it and prints it, decrypted, in a condition; and more than Kubernetes takes.
 */
export function* secretValueProblems(
  { cluster, app }: { readonly cluster: string; readonly app: string },
  { data, stringData }: SecretValues,
): Iterable<Problem> {
  const place = secretFile(cluster, app);
  for (const [key, value] of Object.entries({ ...data, ...stringData })) {
    const problem = notText(value);
    const next = `Make it text: \`npm run fleet -- secrets edit ${cluster} ${app}\``;
    if (problem !== undefined) yield { place, problem: `\`${key}\` ${problem}`, next };
  }
  yield* secretSizeProblems(place, { data, stringData });
}

/** A Secret that Kubernetes would refuse for its size. */
export function* secretSizeProblems(place: string, { data = {}, stringData = {} }: SecretValues): Iterable<Problem> {
  const sizes = Object.entries({ ...data, ...stringData }).map(([key, value]) => {
    const bytes = cipherText(value)?.bytes ?? 0;
    return Object.hasOwn(stringData, key) ? bytes : Math.floor((bytes * 3) / 4);
  });
  const total = sizes.reduce((sum, each) => sum + each, 0);
  if (total <= limit) return;
  yield {
    place,
    problem: `its values have ${total} bytes together, and Kubernetes takes ${limit} in a Secret`,
    next: 'Keep what is large where the app fetches it from, and the key to it here',
  };
}

function notText(value: unknown): string | undefined {
  const type = cipherText(value)?.type ?? 'str';
  if (value === null) return 'has no value';
  if (typeof value === 'object') return 'is a list or a map, and a value of a Secret is text';
  return type === 'str' ? undefined : `is encrypted as \`${type}\`, and Flux prints the value of what is not text`;
}

function base64Bytes(text: string): number {
  return Math.floor((text.replace(/=+$/, '').length * 3) / 4);
}
