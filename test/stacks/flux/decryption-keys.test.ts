import { beforeAll, describe, expect, it } from 'vitest';

import { kind, pgpKey, transitKey } from '../../../model';
// First, because it sets the fleet's folder.
import { type Asked, directory, run } from '../mocks';
import { pgpKeyPath } from '../../../machine/pgp-key';
import { writePrivateFile } from '../../../machine/files';
import { transitTokenPath } from '../../../machine/transit-token';
import { decryptionKeys } from '../../../stacks/flux/decryption-keys';

let asked: Asked[];

const given = () => {
  const { stringData } = asked.find(({ name }) => name === 'sops-age')!.inputs as {
    stringData: Record<string, unknown>;
  };
  // A secret of Pulumi's: its value, and the mark of one.
  expect(Object.keys(stringData)).toHaveLength(2);
  return stringData['value'];
};

describe('a cluster with PGP keys', () => {
  const [one, two] = ['85D77543B3D624B63CEA9E6DBC17301B491B3F21', '0'.repeat(40)] as const;

  it('gets those whose private half was imported, as Flux expects them', async () => {
    writePrivateFile(pgpKeyPath(directory, 'dev', one), 'the key\n');
    const cluster = kind({ recipients: [pgpKey(one), pgpKey(two)] });
    asked = await run('dev', () => decryptionKeys('dev', cluster, {}).id);
    expect(given()).toEqual({ [`${one}.asc`]: 'the key\n' });
  });
});

describe('a cluster whose only recipient is a transit key', () => {
  beforeAll(async () => {
    writePrivateFile(transitTokenPath(directory, 'dev'), 'hvs.token\n');
    const cluster = kind({ recipients: [transitKey('https://bao.example.org/v1/transit/keys/dev')] });
    asked = await run('dev', () => decryptionKeys('dev', cluster, {}).id);
  });

  it('gets the token, as a secret, and no age key', () => {
    expect(given()).toEqual({ 'sops.vault-token': 'hvs.token' });
  });
});
