import { describe, expect, it } from 'vitest';

import {
  ageKey,
  awsKms,
  azureKeyVault,
  defineFleet,
  FleetError,
  gcpKms,
  kind,
  type Recipient,
  transitKey,
} from '../../../model';
import { expectPlain } from '../../messages';

const fleetFor = (...recipients: Recipient[]) => {
  const clusters = { dev: kind({ recipients }) };
  return defineFleet({ clusters, apps: {}, runs: { dev: {} } });
};
const problemOf = (...recipients: Recipient[]) => {
  try {
    fleetFor(...recipients);
  } catch (error) {
    (error as FleetError).problems.forEach(expectPlain);
    return (error as FleetError).message;
  }
  return undefined;
};

describe("the recipients of a cluster's secrets", () => {
  it("are the cluster's own age key where nothing is said", () => {
    expect(kind().recipients).toEqual([{ type: 'age' }]);
  });

  it('may be keys of any kind, side by side', () => {
    const person = ageKey('age1pqlxdusvrde636rcned6zzf5qksmvhwfvmwvf9cnq80wakuda4jsq76fcs');
    const hosted = [
      awsKms('arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'),
      gcpKms('projects/p/locations/global/keyRings/r/cryptoKeys/k'),
      azureKeyVault('https://v.vault.azure.net/keys/k/0123abcd'),
      transitKey('http://127.0.0.1:8200/v1/transit/keys/dev'),
    ];
    expect(fleetFor(ageKey(), person, ...hosted).clusters['dev']!.recipients).toHaveLength(6);
  });

  it('are at least one', () => {
    expect(problemOf()).toContain("clusters.dev.recipients: nobody can decrypt the cluster's secrets");
  });

  it("include the cluster's own, or one that it may use", () => {
    const person = ageKey('age1pqlxdusvrde636rcned6zzf5qksmvhwfvmwvf9cnq80wakuda4jsq76fcs');
    expect(problemOf(person)).toContain('clusters.dev.recipients: all recipients are age keys of others');
    expect(problemOf(person, ageKey())).toBeUndefined();
  });

  it.each([
    [ageKey('age1short'), 'ageKey'],
    [ageKey('AGE-SECRET-KEY-1QQQQ'), 'ageKey'],
    [awsKms('key/1234'), 'awsKms'],
    [gcpKms('projects/p'), 'gcpKms'],
    [azureKeyVault('https://v.vault.azure.net/keys/k'), 'azureKeyVault'],
    [transitKey('https://bao.example.org/transit/dev'), 'transitKey'],
  ])('are refused where they are not written as SOPS takes them: %o', (recipient, example) => {
    expect(problemOf(recipient)).toMatch(
      new RegExp(`clusters\\.dev\\.recipients\\.0\\.(key|recipient): .*\\n.*${example}`),
    );
  });

  it('are not shown where they might be private', () => {
    expect(problemOf(ageKey('AGE-SECRET-KEY-1QQQQ'))).not.toContain('1QQQQ');
  });

  it('are made by a function of the model', () => {
    expect(problemOf({ type: 'pgp' } as unknown as Recipient)).toContain('expected a recipient, found');
  });
});
