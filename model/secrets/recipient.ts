import * as v from '../validation/schema';
import { asRecord } from '../validation/values';

/** An age key: https://age-encryption.org */
export interface AgeKey {
  readonly type: 'age';
  /** The public key, `age1…`; undefined for the cluster's own key, which the first `up` generates. */
  readonly recipient?: string;
}

/** A key in a cloud's or a server's key management: whoever is allowed to use it there can decrypt. */
export interface HostedKey {
  readonly type: 'aws-kms' | 'gcp-kms' | 'azure-key-vault' | 'transit';
  /** The key's name, in the format of SOPS. */
  readonly key: string;
}

/** A PGP key: https://getsops.io/docs/#encrypting-with-gnupg */
export interface PgpKey {
  readonly type: 'pgp';
  /** Its fingerprint: 40 hexadecimal digits. */
  readonly key: string;
}

/** A key that can decrypt a cluster's secrets: one of a file's recipients is enough. */
export type Recipient = AgeKey | HostedKey | PgpKey;

/**
 * An age key. Without a parameter it is the cluster's own key, which is generated on this machine and given to the
 * cluster by Pulumi; otherwise it is the key of a person or another system, by its public key.
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

/**
 * A PGP key, by its fingerprint as `gpg --list-keys` prints it. A cluster decrypts by the private key that
 * `fleet secrets import-pgp-key` has taken.
 */
export function pgpKey(fingerprint: string): PgpKey {
  return { type: 'pgp', key: String(fingerprint).replaceAll(/\s/g, '').toUpperCase() };
}

/** A key in the format of its type. No message shows it, because somebody may have pasted a private key. */
function key(regex: RegExp, example: string): v.Rule<string> {
  return function* (place, value) {
    if (typeof value === 'string' && regex.test(value)) return;
    yield { place, problem: 'invalid format of a key (its value is not shown)', next: `Write it as in \`${example}\`` };
  };
}

function namedKey(regex: RegExp, example: string): v.Rule<{ readonly key: string }> {
  return v.schema<{ readonly key: string }>({ key: key(regex, example) });
}

const schemas: Readonly<Record<Recipient['type'], v.Check>> = {
  age: v.schema<Omit<AgeKey, 'type'>>({
    recipient: v.optional(
      key(/^age1[02-9ac-hj-np-z]{58}$/, "ageKey('age1…')` or, for the cluster's own key, `ageKey()"),
    ),
  }),
  'aws-kms': namedKey(
    /^arn:aws[\w-]*:kms:[\w-]+:\d{12}:(key|alias)\/[\w/-]+$/,
    "awsKms('arn:aws:kms:eu-central-1:111122223333:key/…')",
  ),
  'gcp-kms': namedKey(
    /^projects\/[^/\s,]+\/locations\/[^/\s,]+\/keyRings\/[^/\s,]+\/cryptoKeys\/[^/\s,]+$/,
    "gcpKms('projects/p/locations/global/keyRings/r/cryptoKeys/k')",
  ),
  'azure-key-vault': namedKey(
    /^https:\/\/[\w.-]+\/keys\/[\w-]+\/[0-9a-f]+$/,
    "azureKeyVault('https://v.vault.azure.net/keys/k/0123abcd…')",
  ),
  transit: namedKey(
    /^https?:\/\/[^\s/,]+\/v1\/[^\s,]+\/keys\/[\w.-]+$/,
    "transitKey('https://bao.example.org:8200/v1/transit/keys/dev')",
  ),
  pgp: namedKey(/^[0-9A-F]{40}$/, "pgpKey('85D77543B3D624B63CEA9E6DBC17301B491B3F21')"),
};

const recipients = v.list(
  v.discriminatedUnion<Recipient>(schemas, { what: 'a recipient', example: "ageKey()` or `awsKms('arn:aws:kms:…')" }),
);

/** The keys that can decrypt a cluster's secrets: at least one, and one that the cluster itself can use. */
export const recipientsRule: v.Rule<readonly Recipient[]> = function* (place, value) {
  yield* recipients(place, value);
  if (!Array.isArray(value)) return;
  if (value.length === 0) {
    const problem = "nobody can decrypt the cluster's secrets";
    yield { place, problem, next: 'List at least one recipient, as in `recipients: [ageKey()]`' };
  } else if (value.every((each) => typeof asRecord(each)['recipient'] === 'string')) {
    const problem = 'all recipients are age keys of others, so the cluster cannot decrypt its secrets';
    yield { place, problem, next: "Add the cluster's own key, `ageKey()`" };
  }
};

/** Whether a cluster can decrypt with a transit key, for which it needs a token. */
export function hasTransitKey(recipients: readonly Recipient[]): boolean {
  return recipients.some(({ type }) => type === 'transit');
}

/** Whether a cluster has an age key of its own, which this machine generates and keeps. */
export function hasOwnKey(recipients: readonly Recipient[]): boolean {
  return recipients.some((recipient) => recipient.type === 'age' && recipient.recipient === undefined);
}

/** The fingerprints of the PGP keys that can decrypt a cluster's secrets. */
export function pgpFingerprints(recipients: readonly Recipient[]): string[] {
  return recipients.flatMap((recipient) => (recipient.type === 'pgp' ? [recipient.key] : []));
}
