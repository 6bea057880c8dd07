import type { Problem } from './fleet-error';
import { secretFile } from './secret';

/** What can be told without a key of a value that SOPS encrypted: https://getsops.io/docs/#encryption-protocol */
export interface CipherText {
  /** What YAML took the value for: `str`, `int`, `float`, `bool`, `time`, `bytes`. */
  readonly type: string;
}

/** The values of a Secret, encrypted or not. */
export interface SecretValues {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly stringData?: Readonly<Record<string, unknown>>;
}

/** A value as SOPS leaves it; undefined for anything else. */
export function cipherText(value: unknown): CipherText | undefined {
  if (typeof value !== 'string') return undefined;
  const found = /^ENC\[AES256_GCM,data:[^\]]*\btype:(\w+)\]$/.exec(value);
  return found ? { type: found[1]! } : undefined;
}

/**
 * What is wrong with the values of an app's encrypted file, as far as can be told without a key: one that is not text,
 * as Flux fails on it and prints it, decrypted, in a condition.
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
}

function notText(value: unknown): string | undefined {
  const type = cipherText(value)?.type ?? 'str';
  if (value === null) return 'has no value';
  if (typeof value === 'object') return 'is a list or a map, and a value of a Secret is text';
  return type === 'str' ? undefined : `is encrypted as \`${type}\`, and Flux prints the value of what is not text`;
}
