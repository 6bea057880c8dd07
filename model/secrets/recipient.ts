import type { Problem } from '../fleet-error';
import { isObject, type Rule, textOf } from '../validation/schema';

/** An age key: https://age-encryption.org */
export interface AgeKey {
  readonly type: 'age';
  /** The public half, `age1…`; undefined for the key of the cluster itself, which is made at the first `up`. */
  readonly recipient?: string;
}

/** A key of a cloud's or a server's, by which SOPS encrypts: whoever may use it there can decrypt. */
export interface HostedKey {
  readonly type: 'aws-kms' | 'gcp-kms' | 'azure-key-vault' | 'transit';
  /** The key's name, as SOPS takes it. */
  readonly key: string;
}

/** One who can decrypt a cluster's secrets: any one of a file's recipients is enough. */
export type Recipient = AgeKey | HostedKey;

/**
 * An age key: that of the cluster itself when nothing is said, which this machine makes and Pulumi gives to the
 * cluster; or somebody else's, by its public half.
 */
export function ageKey(recipient?: string): AgeKey {
  return { type: 'age', ...(recipient !== undefined && { recipient }) };
}

/** A key of AWS KMS: `arn:aws:kms:eu-central-1:111122223333:key/…`. */
export function awsKms(arn: string): HostedKey {
  return { type: 'aws-kms', key: arn };
}

/** A key of Google Cloud KMS: `projects/p/locations/global/keyRings/r/cryptoKeys/k`. */
export function gcpKms(resource: string): HostedKey {
  return { type: 'gcp-kms', key: resource };
}

/** A key of Azure Key Vault: `https://v.vault.azure.net/keys/k/0123abcd…`. */
export function azureKeyVault(url: string): HostedKey {
  return { type: 'azure-key-vault', key: url };
}

/** A key of the transit engine of OpenBao or Vault: `https://bao.example.org:8200/v1/transit/keys/dev`. */
export function transitKey(url: string): HostedKey {
  return { type: 'transit', key: url };
}

/** How each kind of key is written, and an example of it. */
const forms: { readonly [T in Recipient['type']]: { readonly pattern: RegExp; readonly example: string } } = {
  age: { pattern: /^age1[02-9ac-hj-np-z]{58}$/, example: "ageKey('age1…'), or ageKey() for the cluster's own" },
  'aws-kms': {
    pattern: /^arn:aws[\w-]*:kms:[\w-]+:\d{12}:(key|alias)\/[\w/-]+$/,
    example: "awsKms('arn:aws:kms:eu-central-1:111122223333:key/…')",
  },
  'gcp-kms': {
    pattern: /^projects\/[^/\s,]+\/locations\/[^/\s,]+\/keyRings\/[^/\s,]+\/cryptoKeys\/[^/\s,]+$/,
    example: "gcpKms('projects/p/locations/global/keyRings/r/cryptoKeys/k')",
  },
  'azure-key-vault': {
    pattern: /^https:\/\/[\w.-]+\/keys\/[\w-]+\/[0-9a-f]+$/,
    example: "azureKeyVault('https://v.vault.azure.net/keys/k/0123abcd…')",
  },
  transit: {
    pattern: /^https?:\/\/[^\s/,]+\/v1\/[^\s,]+\/keys\/[\w.-]+$/,
    example: "transitKey('https://bao.example.org:8200/v1/transit/keys/dev')",
  },
};

/** Who can decrypt a cluster's secrets: at least one, each well written. */
export const recipientsShape: Rule = function* (place, value) {
  if (!Array.isArray(value) || value.length === 0) {
    const problem = 'nobody could decrypt the secrets';
    yield { place, problem, next: 'List at least one recipient, as in `recipients: [ageKey()]`' };
    return;
  }
  for (const [index, recipient] of value.entries()) yield* recipientShape(`${place}.${index}`, recipient);
  if (value.every((recipient) => isObject(recipient) && textOf(recipient['recipient']) !== '')) {
    const problem = 'they are all keys of somebody else, and the cluster itself could decrypt nothing';
    yield { place, problem, next: 'Add its own, `ageKey()`' };
  }
};

function* recipientShape(place: string, value: unknown): Iterable<Problem> {
  const type = isObject(value) ? textOf(value['type']) : '';
  if (!isObject(value) || !Object.hasOwn(forms, type)) {
    const next = 'Make it by `ageKey`, `awsKms`, `gcpKms`, `azureKeyVault` or `transitKey`';
    yield { place, problem: 'it is no recipient of secrets', next };
    return;
  }
  const { pattern, example } = forms[type as Recipient['type']];
  const key = type === 'age' ? value['recipient'] : value['key'];
  if (type === 'age' && key === undefined) return;
  if (pattern.test(textOf(key))) return;
  // Never the text itself: a private half might have been put there.
  yield { place, problem: 'it is not written as a key of its kind is', next: `Write it as in \`${example}\`` };
}

/** Whether a cluster may decrypt by a transit key, for which it needs a token. */
export function hasTransitKey(recipients: readonly Recipient[]): boolean {
  return recipients.some(({ type }) => type === 'transit');
}

/** Whether a cluster decrypts by an age key of its own, which this machine makes and keeps. */
export function hasOwnKey(recipients: readonly Recipient[]): boolean {
  return recipients.some((recipient) => recipient.type === 'age' && recipient.recipient === undefined);
}
