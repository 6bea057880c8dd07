import { statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { transitKey } from '../../../model';
import { readEncrypted } from '../../../operate/secrets/encrypted-file';
import { generateSecrets, setSecret } from '../../../operate/secrets/values';
import { importToken, refuseMissingKeys } from '../../../operate/secrets/import-key';
import { verifySecrets } from '../../../operate/secrets/verify';
import { Scratch, twoClusters, withSops } from './fixture';

const name = { cluster: 'dev', app: 'app-a', key: 'API_KEY' };

/** What SOPS asks of a transit engine: https://openbao.org/api-docs/secret/transit */
async function answer(request: IncomingMessage, asked: string[]): Promise<object> {
  const body = JSON.parse(await text(request)) as { plaintext?: string; ciphertext?: string };
  asked.push(request.url!);
  const turned = (one: string) => Buffer.from(one, 'base64').reverse().toString('base64');
  if (request.url === '/v1/transit/encrypt/dev') return { ciphertext: `vault:v1:${turned(body.plaintext!)}` };
  return { plaintext: turned(body.ciphertext!.slice('vault:v1:'.length)) };
}

let scratch: Scratch;
beforeEach(() => (scratch = new Scratch()));
afterEach(() => scratch.remove());

describe(`a cluster whose recipient is a transit key, ${withSops} and a stand-in for the server`, () => {
  const asked: string[] = [];
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      void answer(request, asked).then((data) => response.end(JSON.stringify({ data })));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/transit/keys/dev`;
  });
  afterAll(() => server.close());

  it('has no age key, and files that the server alone opens', async () => {
    const folder = scratch.folder(twoClusters([transitKey(url)]));
    await setSecret(folder, name, 'value');

    const { recipients } = readEncrypted(scratch.text('secrets/dev/app-a.yaml'), '');
    expect(recipients).toMatchObject({ age: [], transit: [url] });
    expect(scratch.has('.fleet/keys/age-dev.agekey')).toBe(false);
    expect(await folder.values(name)).toEqual({ API_KEY: 'value' });
    expect(asked).toEqual(['/v1/transit/encrypt/dev', '/v1/transit/decrypt/dev']);
  });

  it('may have an age key beside it, either of which opens the files', async () => {
    const fleet = twoClusters([{ type: 'age' }, transitKey(url)]);
    await setSecret(scratch.folder(fleet), name, 'value');
    await setSecret(scratch.folder(fleet), { ...name, cluster: 'prod' }, 'value');
    await generateSecrets(scratch.folder(fleet));

    expect(await verifySecrets(scratch.folder(fleet))).toEqual([]);
    // A fresh clone of somebody who may use the server makes a key, and the files are encrypted to it as well.
    const prodKey = '.fleet/keys/age-prod.agekey';
    const fresh = scratch.folder(fleet, 'fresh');
    await expect(generateSecrets(fresh)).rejects.toThrow(/^secrets\/prod\//);
    expect(scratch.has(prodKey)).toBe(true);
    expect(scratch.has('fresh/keys/age-dev.agekey')).toBe(true);
    expect(await fresh.values(name)).toMatchObject({ API_KEY: 'value' });
  });
});

describe('the token by which a cluster uses its transit key', () => {
  const key = transitKey('https://bao.example.org/v1/transit/keys/dev');
  const folder = () => scratch.folder(twoClusters([key]));

  it('is asked for where the cluster has nothing else to decrypt by', () => {
    expect(() => refuseMissingKeys(folder())).toThrow(/^clusters\.dev: .*\n.*secrets import-token dev/);
    expect(() => refuseMissingKeys(scratch.folder(twoClusters([{ type: 'age' }, key])))).not.toThrow();
    expect(() => refuseMissingKeys(scratch.folder())).not.toThrow();
  });

  it('is kept for its owner alone', () => {
    importToken(folder(), 'dev', 'hvs.token\n');

    expect(() => refuseMissingKeys(folder())).not.toThrow();
    expect(scratch.text('.fleet/keys/transit-dev.token')).toBe('hvs.token\n');
    expect(statSync(join(scratch.root, '.fleet/keys/transit-dev.token')).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['stage', 'hvs.token', 'fleet.ts: it has no cluster `stage`'],
    ['prod', 'hvs.token', 'clusters.prod: it has no transit key to use by a token'],
    ['dev', ' \n', 'standard input: it is no token'],
    ['dev', 'Key    Value\ntoken  hvs.token', 'standard input: it is no token'],
  ])('is refused for %s as %j', (cluster, text, problem) => {
    expect(() => importToken(folder(), cluster, text)).toThrow(problem);
    expect(scratch.files()).toEqual([]);
  });
});

const real = process.env['FLUX_FLEET_TEST_TRANSIT_KEY'];
const reason = real
  ? ''
  : ' (SKIPPED: FLUX_FLEET_TEST_TRANSIT_KEY names no key, as http://127.0.0.1:8200/v1/transit/keys/dev)';

describe.skipIf(!real)(`a cluster whose recipient is a key of a real OpenBao or Vault${reason}`, () => {
  it('has files that the server opens', async () => {
    const folder = scratch.folder(twoClusters([transitKey(real!)]));
    await setSecret(folder, name, 'value');
    await setSecret(folder, name, 'another');
    expect(await folder.values(name)).toEqual({ API_KEY: 'another' });
  });
});
