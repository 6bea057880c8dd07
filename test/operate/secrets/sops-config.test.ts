import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';

import {
  ageKey,
  awsKms,
  azureKeyVault,
  type FleetError,
  gcpKms,
  pgpKey,
  type Problem,
  transitKey,
} from '../../../model';
import { readEncrypted } from '../../../operate/secrets/encrypted-file';
import {
  clusterRecipients,
  ownRecipients,
  sameRecipients,
  sopsConfig,
  type SopsConfigProps,
} from '../../../operate/secrets/sops-config';
import { expectPlain } from '../../messages';
import { encrypted } from '../plaintext-examples';
import { twoClusters } from './fixture';

const [own, next, friend] = ['own', 'next', 'friend'].map(
  (name) => `age1${name.padEnd(58, 'q').replaceAll(/[bio1]/g, 'x')}`,
);
const fleet = twoClusters([
  ageKey(),
  ageKey(friend),
  awsKms('arn:aws:kms:eu-central-1:111122223333:key/a'),
  gcpKms('projects/p/locations/global/keyRings/r/cryptoKeys/k'),
  azureKeyVault('https://v.vault.azure.net/keys/k/0123'),
  transitKey('https://bao.example.org:8200/v1/transit/keys/dev'),
  pgpKey('85d7 7543 b3d6 24b6 3cea  9e6d bc17 301b 491b 3f21'),
]);
const made = { dev: [own!], prod: [next!] };
const config = (text = '', props: Partial<SopsConfigProps> = {}) =>
  sopsConfig({ fleet, own: made, text, folders: [], ...props });

describe('.sops.yaml', () => {
  const text = config();
  const rules = (parse(text) as { creation_rules: Record<string, unknown>[] }).creation_rules;

  it("has a rule for each cluster's folder, which encrypts nothing but the values", () => {
    expect(rules[1]).toEqual({
      path_regex: '^secrets/prod/[^/]+\\.yaml$',
      encrypted_regex: '^(data|stringData)$',
      mac_only_encrypted: true,
      age: next,
    });
  });

  it('names every recipient as SOPS does', () => {
    expect(rules[0]).toMatchObject({
      age: `${own},${friend}`,
      kms: 'arn:aws:kms:eu-central-1:111122223333:key/a',
      gcp_kms: 'projects/p/locations/global/keyRings/r/cryptoKeys/k',
      azure_keyvault: 'https://v.vault.azure.net/keys/k/0123',
      hc_vault_transit_uri: 'https://bao.example.org:8200/v1/transit/keys/dev',
      pgp: '85D77543B3D624B63CEA9E6DBC17301B491B3F21',
    });
  });

  it("tells the clusters' own keys from those of others", () => {
    expect(ownRecipients(fleet, text)).toEqual({ dev: [own], prod: [next] });
    expect(ownRecipients(fleet, '')).toEqual({ dev: [], prod: [] });
  });

  it('is the same text for the same fleet', () => {
    expect(config(text, { own: ownRecipients(fleet, text) })).toBe(text);
  });

  it('names a person no longer when fleet.ts does not', () => {
    const without = twoClusters();
    const kept = ownRecipients(without, text);
    expect(kept).toEqual(made);
    expect(config(text, { fleet: without, own: kept })).not.toContain(friend);
  });
});

describe('a .sops.yaml of the user', () => {
  const theirs = `# Ours, since 2024
creation_rules:
# for the others
- path_regex: "other/.*"   # quoted
  age: age1other

- path_regex: .*\\.yaml$
  key_groups:
  - age: [age1x]
stores:
  yaml: {indent: 2}
`;
  const paths = (text: string) =>
    (parse(text) as { creation_rules: { path_regex: string }[] }).creation_rules.map(({ path_regex }) => path_regex);

  it('keeps its rules, comments, order and other settings, and gets the rules of the clusters before what matches', () => {
    const text = config(theirs);
    expect(paths(text)).toEqual([
      'other/.*',
      '^secrets/dev/[^/]+\\.yaml$',
      '^secrets/prod/[^/]+\\.yaml$',
      '.*\\.yaml$',
    ]);
    const lines = text.split('\n').map((line) => line.replaceAll(/ +#/g, ' #'));
    for (const line of theirs.split('\n')) expect(lines).toContain(line.replaceAll(/ +#/g, ' #'));
    expect(config(text)).toBe(text);
  });

  it('keeps the comment of its first rule with that rule', () => {
    const text = config('creation_rules:\n  # all\n  - age: age1x\n');
    expect(text).toMatch(/# all\n +- age: age1x/);
    expect(paths(text)[2]).toBeUndefined();
  });

  it('has its rules moved by no change of ours, whose rule comes first', () => {
    const last = config('').replace(
      'creation_rules:\n',
      'creation_rules:\n  - path_regex: secrets/.*\n    age: age1x\n',
    );
    expect(paths(config(last))).toEqual(['^secrets/dev/[^/]+\\.yaml$', '^secrets/prod/[^/]+\\.yaml$', 'secrets/.*']);
  });

  it.each(['', '# only a comment\n', 'stores: {}\n', 'creation_rules:\n', 'creation_rules: []\n'])(
    'may have no rule yet: %j',
    (text) => {
      expect(paths(config(text))).toHaveLength(2);
      expect(config(text)).toContain(text.startsWith('#') ? text : 'rules');
    },
  );

  it('may list keys, which is kept', () => {
    const listed = config().replace(`age: ${next}`, `age:\n      - ${next}`);
    expect(ownRecipients(fleet, listed)).toEqual(made);
    expect(config(listed)).toBe(listed);
  });

  it('loses the rule of a cluster that fleet.ts has no longer, once there are no files of it', () => {
    const text = config().replaceAll('prod', 'stage');
    expect(paths(config(text))).toEqual(['^secrets/dev/[^/]+\\.yaml$', '^secrets/prod/[^/]+\\.yaml$']);
    expect(paths(config(text, { folders: ['stage'] }))).toContain('^secrets/stage/[^/]+\\.yaml$');
  });

  it('has one rule of a cluster again, with the keys of both, where a merge left two', () => {
    const both = config() + config('', { own: { dev: [next!], prod: [next!] } }).replace(/^[^]*creation_rules:\n/, '');
    expect(ownRecipients(fleet, both)).toEqual({ dev: [own, next], prod: [next] });
    expect(paths(config(both, { own: ownRecipients(fleet, both) }))).toHaveLength(2);
  });

  it.each([
    ['<<<<<<< HEAD\ncreation_rules: []\n=======\n>>>>>>> other\n', 'it has conflict markers of a merge'],
    ['creation_rules: [\n', 'line 2 is not valid YAML'],
    ['- a\n', 'it is not a map'],
    ['creation_rules: {a: b}\n', '`creation_rules` is not a list'],
    ['creation_rules: [a]\n', 'a rule in `creation_rules` is not a map'],
    ["creation_rules:\n  - {path_regex: '^secrets/dev/[^/]+\\.yaml$', key_groups: []}\n", 'has `key_groups`'],
    ["creation_rules:\n  - {path_regex: '^secrets/dev/[^/]+\\.yaml$', age: {a: b}}\n", '`age` of the rule'],
  ])('is refused in one sentence where it has another form: %j', (text, problem) => {
    let problems: readonly Problem[] = [];
    try {
      config(text);
    } catch (error) {
      ({ problems } = error as FleetError);
    }
    expect(problems).toHaveLength(1);
    problems.forEach(expectPlain);
    expect(problems[0]).toMatchObject({ place: '.sops.yaml', problem: expect.stringContaining(problem) as string });
  });
});

describe('an encrypted file', () => {
  it('says who can read it without any key', () => {
    const { keys, recipients } = readEncrypted(encrypted, 'a.yaml');
    expect(keys).toEqual(['PASSWORD']);
    const wanted = clusterRecipients(twoClusters(), 'dev', recipients.age);
    expect(sameRecipients(recipients, wanted)).toBe(true);
    expect(sameRecipients(recipients, clusterRecipients(twoClusters(), 'dev', [own!]))).toBe(false);
  });

  it.each(['', 'kind: Secret\n', '{', 'a: b: c'])(
    'is refused, with its place, where SOPS did not write it: %j',
    (text) => {
      expect(() => readEncrypted(text, 'secrets/dev/a.yaml')).toThrow('secrets/dev/a.yaml: SOPS did not encrypt it');
    },
  );
});
