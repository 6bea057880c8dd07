import { type Node, Scalar } from 'yaml';
import { type Fleet, FleetError, hasOwnKey, type Recipient } from '../../model';
import { type Rule, SopsConfigFile } from './sops-config-file';

/** Who can decrypt a folder of secrets, by the kind of key and as SOPS writes the key. */
export type Recipients = { readonly [T in Recipient['type']]: readonly string[] };

/** The fields of a creation rule: https://getsops.io/docs/#using-sops-yaml-conf-to-select-kms-pgp-and-age-for-new-files */
const fields: { readonly [T in Recipient['type']]: string } = {
  age: 'age',
  'aws-kms': 'kms',
  'gcp-kms': 'gcp_kms',
  'azure-key-vault': 'azure_keyvault',
  transit: 'hc_vault_transit_uri',
  pgp: 'pgp',
};
const kinds = Object.keys(fields) as Recipient['type'][];

/** The public halves of the clusters' own age keys, by cluster: two during a rotation, and one for each machine. */
export type OwnRecipients = Readonly<Record<string, readonly string[]>>;

export interface SopsConfigProps {
  readonly fleet: Fleet;
  readonly own: OwnRecipients;
  readonly text: string;
  /** The folders of `secrets/` that have files, though the fleet may have no such cluster. */
  readonly folders: readonly string[];
}

/**
 * The text of `.sops.yaml`: a rule for each cluster's folder, by which plain `sops secrets/dev/app-a.yaml` works. Other
 * rules and comments stay, and the order of other rules.
 *
 * @throws FleetError when the file is not one of SOPS's, or a rule for a cluster's folder has another form.
 */
export function sopsConfig({ fleet, own, text, folders }: SopsConfigProps): string {
  const file = new SopsConfigFile(text);
  for (const cluster of Object.keys(fleet.clusters)) {
    const rule = file.ruleOf(cluster);
    const said = fleet.clusters[cluster]!.recipients;
    const recipients = clusterRecipients(fleet, cluster, own[cluster] ?? []);
    for (const kind of kinds) setField(rule, fields[kind], recipients[kind]);
    setComment(rule, others(said));
  }
  file.dropRules((cluster) => !Object.hasOwn(fleet.clusters, cluster) && !folders.includes(cluster));
  return file.text();
}

/** Everybody who is to be able to decrypt a cluster's secrets. */
export function clusterRecipients(fleet: Fleet, cluster: string, own: readonly string[]): Recipients {
  const said = fleet.clusters[cluster]?.recipients ?? [];
  const keys = (kind: Recipient['type']) =>
    kind === 'age'
      ? [...(hasOwnKey(said) ? own : []), ...others(said)]
      : said.flatMap((recipient) => (recipient.type === kind && 'key' in recipient ? [recipient.key] : []));
  return Object.fromEntries(kinds.map((kind) => [kind, keys(kind)])) as unknown as Recipients;
}

/**
 * The public halves of each cluster's own age keys that a `.sops.yaml` names.
 *
 * @throws FleetError when the file is not one of SOPS's.
 */
export function ownRecipients(fleet: Fleet, text: string): OwnRecipients {
  const file = new SopsConfigFile(text);
  return Object.fromEntries(
    Object.entries(fleet.clusters).map(([cluster, { recipients }]) => {
      if (!hasOwnKey(recipients)) return [cluster, []];
      const rules = file.rulesOf(cluster);
      const foreign = [...others(recipients), ...rules.flatMap(commented)];
      const age = new Set(rules.flatMap((rule) => fieldOf(rule, fields.age)));
      return [cluster, [...age].filter((one) => !foreign.includes(one))];
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

/** The keys in a field of a rule: SOPS takes a list, and a text with commas. */
function fieldOf(rule: Rule, field: string): string[] {
  const value = (rule.toJSON() as Record<string, unknown>)[field] ?? '';
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (!items.every((item) => typeof item === 'string')) {
    throw new FleetError({
      place: '.sops.yaml',
      problem: `\`${field}\` of the rule \`${String(rule.get('path_regex'))}\` is neither text nor a list of texts`,
      next: `Write it as in \`${field}: key1,key2\``,
    });
  }
  return items.flatMap((item) => item.split(',').map((key) => key.trim())).filter(Boolean);
}

function setField(rule: Rule, field: string, keys: readonly string[]): void {
  if (fieldOf(rule, field).sort().join() === [...keys].sort().join()) return;
  if (keys.length === 0) rule.delete(field);
  else rule.set(field, new Scalar(keys.join(',')));
}

/** It tells the keys of `fleet.ts` from the clusters' own, so that a key which `fleet.ts` has no longer is dropped. */
const comment = ' from fleet.ts: ';

function setComment(rule: Rule, keys: readonly string[]): void {
  const node = ageNode(rule);
  const wanted = keys.length > 0 ? comment + keys.join(', ') : undefined;
  if (node && (wanted !== undefined || node.comment?.startsWith(comment))) node.comment = wanted;
}

function commented(rule: Rule): string[] {
  const text = ageNode(rule)?.comment ?? '';
  return text.startsWith(comment) ? text.slice(comment.length).split(', ') : [];
}

function ageNode(rule: Rule): Node | undefined {
  return rule.get(fields.age, true);
}
