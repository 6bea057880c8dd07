import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ageKeyPath, makeAgeKey } from '../../../machine/age-key';
import { Sops, type SopsKeys } from '../../../operate/secrets/sops';
import { generateSecrets, setSecret } from '../../../operate/secrets/values';
import { refuseUnverified, verifySecrets } from '../../../operate/secrets/verify';
import { Scratch, sops, withSops } from './fixture';

const dev = { cluster: 'dev', app: 'app-a', key: 'API_KEY' };
const prod = { ...dev, cluster: 'prod' };
const file = 'secrets/dev/app-a.yaml';

let scratch: Scratch;
beforeEach(async () => {
  scratch = new Scratch();
  await setSecret(scratch.folder(), dev, 'd');
  await setSecret(scratch.folder(), prod, 'p');
  await generateSecrets(scratch.folder());
  scratch.started = 0;
});
afterEach(() => scratch.remove());

const write = (text: string) => writeFileSync(join(scratch.root, file), text);
const tamper = () => write(scratch.text(file).replace(/(API_KEY: ENC\[AES256_GCM,data:)..../, '$1AAAA'));

describe(`what is published, ${withSops}`, () => {
  it('is not opened when sops has just written it, or it was opened as it is', async () => {
    await refuseUnverified(scratch.folder());
    expect(scratch.started).toBe(0);

    rmSync(join(scratch.root, '.fleet/proven-secrets'));
    await refuseUnverified(scratch.folder());
    expect(scratch.started).toBe(2);
    await refuseUnverified(scratch.folder());
    expect(scratch.started).toBe(2);
    await verifySecrets(scratch.folder());
    expect(scratch.started).toBe(4);
  });

  it('is refused each time when somebody has changed it, and accepted when it is as before', async () => {
    const before = scratch.text(file);
    tamper();
    for (let time = 0; time < 2; time++) {
      await expect(refuseUnverified(scratch.folder())).rejects.toThrow(
        new RegExp(`^${file}: sops decrypt failed: .*\\n.*git checkout --ours ${file}`),
      );
    }
    write(before);
    await refuseUnverified(scratch.folder());
  });

  it('is refused when a value is gone, which the signature of the whole file tells', async () => {
    write(scratch.text(file).replace(/^ +SESSION: .*\n/m, ''));
    await expect(refuseUnverified(scratch.folder())).rejects.toThrow(/MAC.*\n.*git checkout/);
  });

  it('is opened again when the keys of the cluster are others', async () => {
    const { identity } = await makeAgeKey();
    writeFileSync(ageKeyPath(join(scratch.root, '.fleet'), 'dev'), `${identity}\n`);
    await expect(refuseUnverified(scratch.folder())).rejects.toThrow(`${file}: sops decrypt failed`);
    expect(scratch.started).toBe(1);
  });

  it('is not asked of a machine that has no key of the cluster', async () => {
    tamper();
    await refuseUnverified(scratch.folder(undefined, 'fresh'));
    expect(scratch.started).toBe(0);
  });

  it("is opened by the cluster's key alone, though a key of the user's would do", async () => {
    const before = { ...process.env };
    const { identity } = await makeAgeKey();
    const home = join(scratch.root, 'home');
    mkdirSync(join(home, 'sops/age'), { recursive: true });
    writeFileSync(join(home, 'sops/age/keys.txt'), scratch.text('.fleet/keys/age-dev.agekey'));
    writeFileSync(ageKeyPath(join(scratch.root, '.fleet'), 'dev'), `${identity}\n`);
    Object.assign(process.env, { XDG_CONFIG_HOME: home, SOPS_AGE_KEY_FILE: join(home, 'sops/age/keys.txt') });
    try {
      await expect(scratch.folder().decryptAsCluster(dev)).rejects.toThrow('sops decrypt failed');
    } finally {
      for (const name of ['XDG_CONFIG_HOME', 'SOPS_AGE_KEY_FILE']) delete process.env[name];
      Object.assign(process.env, before);
    }
  });
});

describe(`a value below \`data\`, ${withSops}`, () => {
  /** As somebody makes it with plain sops. */
  async function withData(value: string): Promise<void> {
    const directory = join(scratch.root, '.fleet');
    const tool = new Sops({ command: () => Promise.resolve(sops), root: scratch.root, scratch: join(directory, 'x') });
    const metadata = { name: 'app-a', namespace: 'app-a' };
    const object = { apiVersion: 'v1', kind: 'Secret', metadata, data: { API_KEY: value } };
    const keys: SopsKeys = { age: [ageKeyPath(directory, 'dev')], pgp: [], fingerprints: [] };
    write(await tool.encrypt({ path: file, keys }, object));
    await generateSecrets(scratch.folder());
  }

  it.each([
    ['aGVsbG8=', []],
    ['not base64!', ['the value of `API_KEY` below `data` is not base64, so that Kubernetes would refuse the Secret']],
  ])('%j is accepted when it is base64', async (value, problems) => {
    await withData(value);
    expect((await verifySecrets(scratch.folder())).map(({ problem }) => problem)).toEqual(problems);
    if (problems.length > 0) await expect(refuseUnverified(scratch.folder())).rejects.toThrow(problems[0]);
    else await refuseUnverified(scratch.folder());
  });

  it('gives way to the text that is set, so that the app gets that', async () => {
    await withData('aGVsbG8=');
    await setSecret(scratch.folder(), dev, 'p4ss,w0rd');
    const { data = {}, stringData } = await scratch.folder().decrypt(dev);
    expect({ data, stringData }).toMatchObject({ data: {}, stringData: { API_KEY: 'p4ss,w0rd' } });
    expect(data).toEqual({});
    expect(await verifySecrets(scratch.folder())).toEqual([]);
  });
});
