import { decryptionSecret } from '../../../model';
import type { Rule } from '../rule';
import { optional, up } from './phrases';

const build = { kinds: ['Kustomization'], outcome: 'final' } as const;
const object = /(?:decryption failed for '(?<kind>\w+)\.[^/']*\/(?<name>[^']+)')?/.source;
const nothing = 'so nothing of this commit was applied';
const which = (name: string | undefined) => (name ? `Secret \`${name}\`` : 'an encrypted file');

/** What Flux cannot decrypt. */
export const secretRules: readonly Rule[] = [
  {
    ...build,
    id: 'secret-other-recipient',
    title: "A secret is not encrypted for the cluster's key",
    pattern: new RegExp(`${object}.*?cannot get sops data key(?:[^]*?Group 0: FAILED\\s+(?<recipient>\\S+): FAILED)?`),
    examples: [
      `decryption failed for 'Secret.v1.[noGrp]/app-a': failed to decrypt and format 'app-a/app-a' Secret data: cannot get sops data key: Failed to get the data key required to decrypt the SOPS file.\n\nGroup 0: FAILED\n  age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p: FAILED\n    - | failed to decrypt sops data key with age: no identity matched any of the recipients\n\nRecovery failed because no master key was able to decrypt the file.`,
    ],
    problem: ({ name, recipient }, { cluster }) =>
      `${which(name)} is encrypted${optional(' for ', recipient)}, and cluster ${cluster} has no key of that, ${nothing}`,
    next: (_, { cluster }) =>
      `Run \`npm run fleet -- secrets rotate ${cluster}\`, which encrypts the cluster's secrets for its key again, and ${up}`,
  },
  {
    ...build,
    id: 'secret-changed',
    title: 'A secret was changed after it was encrypted',
    pattern: new RegExp(
      `${object}.*?(?:failed to verify sops data integrity|error decrypting sops tree|failed to load encrypted|Could not decrypt with AES_GCM|message authentication failed)`,
    ),
    examples: [
      `decryption failed for 'Secret.v1.[noGrp]/app-a': failed to decrypt and format 'app-a/app-a' Secret data: failed to verify sops data integrity: expected mac 'AB12', got 'CD34'`,
      `decryption failed for 'Secret.v1.[noGrp]/app-a': failed to decrypt and format 'app-a/app-a' Secret data: error decrypting sops tree: error decrypting sops tree: Error walking tree: Could not decrypt value: Could not decrypt with AES_GCM: cipher: message authentication failed`,
    ],
    problem: ({ name }) => `${which(name)} was edited or merged by hand after SOPS had encrypted it, ${nothing}`,
    next: (_, { cluster, unit }) =>
      `Restore the file from Git, and use \`npm run fleet -- secrets set ${cluster} ${unit} KEY\` to change it`,
  },
  {
    ...build,
    id: 'decryption-key-missing',
    title: "The cluster's decryption key is missing",
    reasons: ['BuildFailed'],
    pattern:
      /(?:cannot get sops decryption Secret '(?:[^/']+\/)?(?<sops>[^']+)'|^secrets "(?<secret>[^"]+)" not found)/,
    examples: [
      'secrets "sops-age" not found',
      `cannot get sops decryption Secret 'flux-system/sops-age': secrets "sops-age" not found`,
    ],
    problem: ({ sops, secret }) =>
      `Secret \`${sops || secret}\`, which has the cluster's keys for decryption, is not in the cluster, ${nothing}`,
    next: (_, { cluster }) =>
      `Run ${up}, which puts the key there; if this machine has none, \`npm run fleet -- secrets import-key ${cluster}\` first`,
  },
  {
    ...build,
    id: 'decryption-not-configured',
    title: 'A secret is encrypted, and Flux is not told to decrypt it',
    pattern: /(?<object>\w+\/\S+) is SOPS encrypted, configuring decryption is required/,
    examples: [
      {
        reason: 'ReconciliationFailed',
        message:
          'Secret/app-a/app-a is SOPS encrypted, configuring decryption is required for this secret to be reconciled',
      },
    ],
    problem: ({ object }) =>
      `${object} is encrypted, and this Flux Kustomization has no \`spec.decryption\`, ${nothing}`,
    next: () =>
      `Run \`npm run up\`, which generates it; in a Flux Kustomization of your own, add \`decryption: { provider: sops, secretRef: { name: ${decryptionSecret} } }\``,
  },
  {
    ...build,
    id: 'secret-not-decrypted',
    title: 'A secret cannot be decrypted',
    reasons: ['BuildFailed'],
    pattern: new RegExp(`${object}.*(?:decryption failed|error decrypting sources|cannot get sops data key)`),
    examples: [
      `decryption failed for 'Secret.v1.[noGrp]/app-a': failed to decrypt and format 'app-a/app-a' Secret field 'token': unknown format`,
      'error decrypting sources: something new',
    ],
    problem: ({ name }) => `${which(name)} cannot be decrypted, ${nothing}`,
    next: (_, { cluster }) =>
      `Run \`npm run fleet -- secrets verify\` to see which files the keys here open; \`npm run fleet -- secrets rotate ${cluster}\` encrypts them again`,
  },
];
