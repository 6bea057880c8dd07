import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';

import { readEncrypted } from '../../../operate/secrets/encrypted-file';

const place = 'secrets/dev/app-a.yaml';

describe('an encrypted file', () => {
  it('tells without a key what it holds, to whom it is encrypted, and when it changed', () => {
    const sops = {
      age: [{ recipient: 'age1x' }],
      kms: [{ arn: 'arn:aws:kms:eu:1:key/x' }],
      gcp_kms: [{ resource_id: 'projects/p/x' }],
      azure_kv: [{ vault_url: 'https://v.vault.azure.net', name: 'k', version: '1' }],
      hc_vault: [{ vault_address: 'https://bao:8200', engine_path: 'transit', key_name: 'dev' }],
      pgp: [{ fp: 'ABC' }],
      lastmodified: '2026-01-02T03:04:05Z',
      mac: 'ENC[]',
    };
    expect(readEncrypted(stringify({ stringData: { b: 'x' }, data: { a: 'y' }, sops }), place)).toEqual({
      keys: ['a', 'b'],
      values: { data: { a: 'y' }, stringData: { b: 'x' } },
      changed: '2026-01-02T03:04:05Z',
      recipients: {
        age: ['age1x'],
        'aws-kms': ['arn:aws:kms:eu:1:key/x'],
        'gcp-kms': ['projects/p/x'],
        'azure-key-vault': ['https://v.vault.azure.net/keys/k/1'],
        transit: ['https://bao:8200/v1/transit/keys/dev'],
        pgp: ['ABC'],
      },
    });
  });

  it.each([
    ['that is empty', '', 'SOPS did not encrypt it'],
    ['that SOPS did not encrypt', 'stringData:\n  a: b\n', 'SOPS did not encrypt it'],
    ['that is no YAML', 'a: [', 'SOPS did not encrypt it'],
    ['of a merge', '<<<<<<< ours\na: b\n=======\na: c\n>>>>>>> theirs\n', 'conflict markers of a merge'],
  ])('%s is refused with its place', (_, text, problem) => {
    expect(() => readEncrypted(text, place)).toThrow(new RegExp(`^${place}: .*${problem}`));
  });
});
