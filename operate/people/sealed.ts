import { FleetError } from '../../model';

/** Who can open an invitation: whoever has one of these age keys, or the passphrase. */
export type Lock =
  | { readonly recipients: readonly string[] }
  | {
      readonly passphrase: string;
      /** How long each try takes, as the logarithm of its cost. @default - age's own: a second or two */
      readonly workFactor?: number;
    };

/** What opens an invitation. */
export type Key = { readonly identities: readonly string[] } | { readonly passphrase: string };

/** The first line of an encrypted text: https://age-encryption.org/v1 */
export const sealedStart = '-----BEGIN AGE ENCRYPTED FILE-----';

export const sealedEnd = '-----END AGE ENCRYPTED FILE-----';

/** The fewest characters of a passphrase: who gets the text can try as many as they like. */
const leastLength = 12;

/**
 * Encrypts a text by age, as lines that mail and chat leave as they are.
 *
 * @throws FleetError for a recipient that is none, or a passphrase that is too short
 */
export async function seal(text: string, lock: Lock): Promise<string> {
  const { armor, Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  if ('passphrase' in lock) {
    if (lock.passphrase.length < leastLength) throw tooShort();
    if (lock.workFactor !== undefined) encrypter.setScryptWorkFactor(lock.workFactor);
    encrypter.setPassphrase(lock.passphrase);
  } else for (const recipient of lock.recipients) addRecipient(encrypter, recipient);
  return armor.encode(await encrypter.encrypt(text)).trimEnd();
}

/** @throws FleetError when the text is damaged, or the key is not one of those that open it */
export async function unseal(text: string, key: Key): Promise<string> {
  const { armor, Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  try {
    if ('passphrase' in key) decrypter.addPassphrase(key.passphrase);
    else for (const identity of key.identities) decrypter.addIdentity(identity);
    return await decrypter.decrypt(armor.decode(text), 'text');
  } catch {
    // What age says of a key might repeat it.
    const what = 'passphrase' in key ? 'passphrase' : 'key';
    throw new FleetError({
      place: 'standard input',
      problem: `the invitation cannot be opened: it is damaged, or this is not its ${what}`,
      next: `Give the text whole, from \`${sealedStart}\` to its last line, with the ${what} that it was made for`,
    });
  }
}

function addRecipient(encrypter: { addRecipient(recipient: string): void }, recipient: string): void {
  try {
    encrypter.addRecipient(recipient);
  } catch {
    throw new FleetError({
      place: '--to',
      problem: 'invalid recipient: it is not the public half of an age key (its value is not shown)',
      next: 'Use what `npm run fleet -- join --key` prints in the clone that is to join: `age1…`',
    });
  }
}

function tooShort(): FleetError {
  return new FleetError({
    place: 'standard input',
    problem: `the passphrase has fewer than ${leastLength} characters, and whoever gets the text can try as many as they like`,
    next: `Use one of at least ${leastLength} characters, or \`--to age1…\``,
  });
}
