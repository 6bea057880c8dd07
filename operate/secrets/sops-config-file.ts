import { type Document, isMap, isSeq, Scalar, type YAMLMap, YAMLSeq } from 'yaml';

import { FleetError, hasConflictMarkers } from '../../model';
import { parsedYaml } from './parsed-yaml';

/** A creation rule: https://getsops.io/docs/#using-sops-yaml-conf-to-select-kms-pgp-and-age-for-new-files */
export type Rule = YAMLMap;

const heading = ` Who can decrypt which secrets. The rules of secrets/ are made by \`fleet secrets\` and \`fleet up\` from fleet.ts and
 the public halves of the clusters' age keys; the private halves are in .fleet/keys. Commit it.`;

/** What each rule for a cluster's folder has. */
const constant = {
  encrypted_regex: '^(data|stringData)$',
  // A label of a Secret may be changed without the key.
  mac_only_encrypted: true,
} as const;

/** `.sops.yaml`, of which the rules for the clusters' folders are ours, and all else is the user's. */
export class SopsConfigFile {
  private readonly document: Document;
  private readonly rules: YAMLSeq;
  private readonly before: string;

  /** @throws FleetError when the text is not a file of SOPS's. */
  constructor(private readonly original: string) {
    this.document = parsed(original);
    if (this.document.contents === null) {
      this.document.commentBefore ??= this.document.comment ?? heading;
      this.document.comment = null;
      this.document.contents = this.document.createNode({});
    }
    this.rules = rulesIn(this.document);
    this.before = String(this.document);
  }

  /** The rules for a cluster's folder. Two of them are left by a merge that took both sides. */
  rulesOf(cluster: string): Rule[] {
    return this.all().filter((rule) => rule.get('path_regex') === folderPattern(cluster));
  }

  /** The one rule for a cluster's folder, which is made where there is none, and stands before what else matches. */
  ruleOf(cluster: string): Rule {
    const [found, ...more] = this.rulesOf(cluster);
    this.rules.items = this.rules.items.filter((item) => !more.includes(item as Rule));
    const rule = found ?? this.document.createNode({ path_regex: folderPattern(cluster) });
    if (rule.has('key_groups')) {
      throw new FleetError({
        place: '.sops.yaml',
        problem: `the rule \`${folderPattern(cluster)}\` has \`key_groups\`, but the recipients of those files are in fleet.ts`,
        next: `Remove \`key_groups\` from it, and list the keys in \`clusters.${cluster}.recipients\``,
      });
    }
    for (const [field, value] of Object.entries(constant))
      if (rule.get(field) !== value) rule.set(field, new Scalar(value));
    this.place(rule, cluster);
    return rule;
  }

  /** Removes the rules for the folders of such clusters. */
  dropRules(unneeded: (cluster: string) => boolean): void {
    this.rules.items = this.rules.items.filter((item) => {
      const pattern = String((item as Rule).get('path_regex'));
      const [, cluster] = /^\^secrets\/([^/]+)\//.exec(pattern) ?? [];
      return !cluster || pattern !== folderPattern(cluster) || !unneeded(cluster);
    });
  }

  /** The same text where nothing was changed. */
  text(): string {
    if (String(this.document) === this.before && this.original !== '') return this.original;
    return this.document.toString({
      lineWidth: 0,
      indentSeq: !/^creation_rules:.*\n(\s*(#.*)?\n)*- /m.test(this.original),
      flowCollectionPadding: !/[[{]\S/.test(this.original.replaceAll(/\[\^\/\]/g, '')),
    });
  }

  /** SOPS takes the first rule that matches. */
  private place(rule: Rule, cluster: string): void {
    const { items } = this.rules;
    const first = this.all().findIndex((other) => other !== rule && matches(other, `secrets/${cluster}/app.yaml`));
    const now = items.indexOf(rule);
    if (now >= 0 && (first < 0 || now < first)) return;
    if (now >= 0) items.splice(now, 1);
    if (first < 0) return void items.push(rule);
    if (first === 0) this.keepCommentWithFirst();
    items.splice(first, 0, rule);
  }

  /** The comment before the first rule belongs to the list, as the parser has it. */
  private keepCommentWithFirst(): void {
    const [first] = this.all();
    if (!first || !this.rules.commentBefore) return;
    first.commentBefore = this.rules.commentBefore;
    this.rules.commentBefore = undefined;
  }

  private all(): Rule[] {
    return this.rules.items as Rule[];
  }
}

function parsed(text: string): Document {
  if (hasConflictMarkers(text)) {
    const next =
      'Use the rules of both sides, and where both name keys of one cluster, the keys of both: `age: age1…,age1…`';
    throw new FleetError({ place: '.sops.yaml', problem: 'it has conflict markers of a merge', next });
  }
  const { document, mistake } = parsedYaml(text);
  if (mistake) throw otherForm(`line ${mistake.line} is not valid YAML`);
  if (document.contents !== null && !isMap(document.contents)) throw otherForm('it is not a map');
  return document;
}

function rulesIn(document: Document): YAMLSeq {
  const rules = document.get('creation_rules');
  if (rules === undefined) document.set('creation_rules', new YAMLSeq());
  else if (!isSeq(rules)) throw otherForm('`creation_rules` is not a list');
  const list = document.get('creation_rules') as YAMLSeq;
  if (!list.items.every((item) => isMap(item))) throw otherForm('a rule in `creation_rules` is not a map');
  return list;
}

function otherForm(problem: string): FleetError {
  const next = 'Change it to the form in https://getsops.io/docs/, or move it elsewhere: `npm run up` writes a new one';
  return new FleetError({ place: '.sops.yaml', problem, next });
}

/** Whether SOPS takes a rule for a path, as far as JavaScript can tell. */
function matches(rule: Rule, path: string): boolean {
  if (!rule.has('path_regex')) return true;
  try {
    return new RegExp(String(rule.get('path_regex'))).test(path);
  } catch {
    return false;
  }
}

function folderPattern(cluster: string): string {
  return `^secrets/${cluster}/[^/]+\\.yaml$`;
}
