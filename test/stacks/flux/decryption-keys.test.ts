import { beforeAll, describe, expect, it } from 'vitest';

import { kind, transitKey } from '../../../model';
// First, because it sets the fleet's folder.
import { type Asked, directory, run } from '../mocks';
import { writePrivateFile } from '../../../machine/private-file';
import { transitTokenPath } from '../../../machine/transit-token';
import { decryptionKeys } from '../../../stacks/flux/decryption-keys';

let asked: Asked[];

beforeAll(async () => {
  writePrivateFile(transitTokenPath(directory, 'dev'), 'hvs.token\n');
  const cluster = kind({ recipients: [transitKey('https://bao.example.org/v1/transit/keys/dev')] });
  asked = await run('dev', () => decryptionKeys('dev', cluster, {}).id);
});

describe('a cluster whose only recipient is a transit key', () => {
  it('gets the token, as a secret, and no age key', () => {
    const { stringData } = asked.find(({ name }) => name === 'sops-age')!.inputs as {
      stringData: Record<string, unknown>;
    };
    expect(stringData['value']).toEqual({ 'sops.vault-token': 'hvs.token' });
    expect(Object.keys(stringData)).toHaveLength(2);
  });
});
