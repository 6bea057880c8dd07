import { describe, expect, it } from 'vitest';

import {
  ageKey,
  awsKms,
  azureKeyVault,
  defineFleet,
  FleetError,
  gcpKms,
  kind,
  pgpKey,
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
  it("are the cluster's own age key by default", () => {
    expect(kind().recipients).toEqual([{ type: 'age' }]);
  });

  it('can be keys of all types at once', () => {
    const person = ageKey('age1pqlxdusvrde636rcned6zzf5qksmvhwfvmwvf9cnq80wakuda4jsq76fcs');
    const hosted = [
      awsKms('arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'),
      gcpKms('projects/p/locations/global/keyRings/r/cryptoKeys/k'),
      azureKeyVault('https://v.vault.azure.net/keys/k/0123abcd'),
      transitKey('http://127.0.0.1:8200/v1/transit/keys/dev'),
      pgpKey('85d7 7543 b3d6 24b6 3cea  9e6d bc17 301b 491b 3f21'),
    ];
    expect(fleetFor(ageKey(), person, ...hosted).clusters['dev']!.recipients).toHaveLength(7);
  });

  it('must be at least one', () => {
    expect(problemOf()).toContain("clusters.dev.recipients: nobody can decrypt the cluster's secrets");
  });

  it('must include a key that the cluster itself can use', () => {
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
    [pgpKey('491B3F21'), 'pgpKey'],
    [pgpKey('-----BEGIN PGP PRIVATE KEY BLOCK-----'), 'pgpKey'],
  ])('are refused in a format that SOPS does not accept: %o', (recipient, example) => {
    expect(problemOf(recipient)).toMatch(
      new RegExp(`clusters\\.dev\\.recipients\\.0\\.(key|recipient): .*\\n.*${example}`),
    );
  });

  it('are not shown in messages, because they may be private', () => {
    expect(problemOf(ageKey('AGE-SECRET-KEY-1QQQQ'))).not.toContain('1QQQQ');
  });

  it('are refused with an unknown type', () => {
    expect(problemOf({ type: 'gpg' } as unknown as Recipient)).toContain('expected a recipient, found');
  });
});
