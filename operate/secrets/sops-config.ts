import { type Fleet, hasOwnKey, type Recipient } from '../../model';

import { parse, stringify } from 'yaml';

/** Who can decrypt a folder of secrets, by the kind of key and as SOPS writes the key. */
export interface Recipients {
  readonly age: readonly string[];
  readonly 'aws-kms': readonly string[];
  readonly 'gcp-kms': readonly string[];
  readonly 'azure-key-vault': readonly string[];
  readonly transit: readonly string[];
}

/** The fields of a creation rule: https://getsops.io/docs/#using-sops-yaml-conf-to-select-kms-pgp-and-age-for-new-files */
const fields: { readonly [T in Recipient['type']]: string } = {
  age: 'age',
  'aws-kms': 'kms',
  'gcp-kms': 'gcp_kms',
  'azure-key-vault': 'azure_keyvault',
  transit: 'hc_vault_transit_uri',
};
const kinds = Object.keys(fields) as Recipient['type'][];

const heading = `# Who can decrypt which secrets. Made by \`fleet secrets\` and \`fleet up\` from fleet.ts and the public halves of the
# clusters' age keys; the private halves are in .fleet/keys. Commit it.
`;

/** The public halves of the clusters' own age keys, by cluster: two during a rotation. */
export type OwnRecipients = Readonly<Record<string, readonly string[]>>;

/** The text of `.sops.yaml`: a rule for each cluster's folder, by which plain `sops secrets/dev/app-a.yaml` works. */
export function sopsConfig(fleet: Fleet, own: OwnRecipients): string {
  const rules = Object.keys(fleet.clusters).map((cluster) => {
    const recipients = clusterRecipients(fleet, cluster, own[cluster] ?? []);
    const said = kinds.filter((kind) => recipients[kind].length > 0);
    return {
      path_regex: folderPattern(cluster),
      encrypted_regex: '^(data|stringData)$',
      // A label of a Secret may be changed without the key.
      mac_only_encrypted: true,
      ...Object.fromEntries(said.map((kind) => [fields[kind], recipients[kind].join(',')])),
    };
  });
  return heading + stringify({ creation_rules: rules }, { lineWidth: 0 });
}

/** Everybody who is to be able to decrypt a cluster's secrets. */
export function clusterRecipients(fleet: Fleet, cluster: string, own: readonly string[]): Recipients {
  const said = fleet.clusters[cluster]?.recipients ?? [];
  const hosted = (kind: Recipient['type']) =>
    said.flatMap((recipient) => (recipient.type === kind && 'key' in recipient ? [recipient.key] : []));
  return {
    age: [...(hasOwnKey(said) ? own : []), ...others(said)],
    'aws-kms': hosted('aws-kms'),
    'gcp-kms': hosted('gcp-kms'),
    'azure-key-vault': hosted('azure-key-vault'),
    transit: hosted('transit'),
  };
}

/** The public halves of each cluster's own age keys that a `.sops.yaml` names. */
export function ownRecipients(fleet: Fleet, text: string): OwnRecipients {
  const rules = rulesIn(text);
  return Object.fromEntries(
    Object.entries(fleet.clusters).map(([cluster, { recipients }]) => {
      const rule = rules.find(({ path_regex }) => path_regex === folderPattern(cluster));
      const age = (rule?.age ?? '').split(',').filter(Boolean);
      return [cluster, hasOwnKey(recipients) ? age.filter((one) => !others(recipients).includes(one)) : []];
    }),
  );
}

/** Whether two lists of recipients name the same ones, in whichever order. */
export function sameRecipients(left: Recipients, right: Recipients): boolean {
  return recipientNames(left).join('\n') === recipientNames(right).join('\n');
}

/** All of them, in one order. */
export function recipientNames(recipients: Recipients): string[] {
  return kinds.flatMap((kind) => recipients[kind]).sort();
}

function others(recipients: readonly Recipient[]): string[] {
  return recipients.flatMap((one) => (one.type === 'age' && one.recipient !== undefined ? [one.recipient] : []));
}

function folderPattern(cluster: string): string {
  return `^secrets/${cluster}/[^/]+\\.yaml$`;
}

function rulesIn(text: string): { readonly path_regex?: string; readonly age?: string }[] {
  const config = parse(text) as { creation_rules?: { path_regex?: string; age?: string }[] } | null;
  return config?.creation_rules ?? [];
}
