import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';

import { ageKey, awsKms, azureKeyVault, gcpKms, transitKey } from '../../../model';
import { readEncrypted } from '../../../operate/secrets/encrypted-file';
import { clusterRecipients, ownRecipients, sameRecipients, sopsConfig } from '../../../operate/secrets/sops-config';
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
]);

describe('.sops.yaml', () => {
  const text = sopsConfig(fleet, { dev: [own!], prod: [next!] });
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
    });
  });

  it("tells the clusters' own keys from those of others", () => {
    expect(ownRecipients(fleet, text)).toEqual({ dev: [own], prod: [next] });
    expect(ownRecipients(fleet, '')).toEqual({ dev: [], prod: [] });
  });

  it('is the same text for the same fleet', () => {
    expect(sopsConfig(fleet, ownRecipients(fleet, text))).toBe(text);
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
