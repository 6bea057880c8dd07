import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { readAgeKeys, retiredKeyPath } from '../../../machine/age-key';
import { awsKms, type Fleet } from '../../../model';
import { readEncrypted } from '../../../operate/secrets/encrypted-file';
import type { SecretsFolder } from '../../../operate/secrets/folder';
import { rotate } from '../../../operate/secrets/rotate';
import { generateSecrets, setSecret } from '../../../operate/secrets/values';
import { refuseUnverified, verifySecrets } from '../../../operate/secrets/verify';
import { Scratch, twoClusters, withSops } from './fixture';

const name = { cluster: 'dev', app: 'app-a', key: 'API_KEY' };

/** A cluster as far as a rotation sees it: the keys that it was given, and the files that it has applied. */
class FakeCluster {
  readonly seen = new Set<string>();
  private keys: readonly string[] = [];
  private recipients: readonly string[] = [];
  private calls = 0;

  /** @param failAt the call, of all that are made to the cluster, that fails. */
  constructor(
    private readonly scratch: Scratch,
    private readonly failAt = Infinity,
  ) {}

  steps() {
    return {
      report: () => undefined,
      giveKeys: async () => {
        const keys = await this.keysHere();
        await this.call(() => (this.keys = keys));
      },
      publish: () => this.call(() => (this.recipients = this.published())),
    };
  }

  async keysHere(): Promise<string[]> {
    const keys = (await readAgeKeys(this.scratch.folder().keyFile('dev'))).map(({ recipient }) => recipient);
    keys.forEach((key) => this.seen.add(key));
    return keys;
  }

  published(): readonly string[] {
    return readEncrypted(this.scratch.text('secrets/dev/app-a.yaml'), '').recipients.age;
  }

  private call(work: () => unknown): Promise<void> {
    if (++this.calls === this.failAt) return Promise.reject(new Error('killed'));
    work();
    // Whatever the cluster reconciles now, it can decrypt.
    expect(this.recipients.filter((recipient) => this.keys.includes(recipient))).not.toEqual([]);
    return Promise.resolve();
  }

  /** As the first `up` leaves it. */
  async begin(): Promise<this> {
    this.keys = await this.keysHere();
    this.recipients = this.published();
    return this;
  }
}

let scratch: Scratch;
beforeEach(async () => {
  scratch = new Scratch();
  await setSecret(scratch.folder(), name, 'value');
  await setSecret(scratch.folder(), { ...name, cluster: 'prod' }, 'value');
  await generateSecrets(scratch.folder());
});
afterEach(() => scratch.remove());

describe(`rotating a key, ${withSops}`, () => {
  const values = () => scratch.folder().values(name);

  it('ends with one key, which is new, and files that it alone opens', async () => {
    const [old] = await readAgeKeys(scratch.folder().keyFile('dev'));
    const before = { values: await values(), prod: scratch.text('secrets/prod/app-a.yaml') };

    await rotate(scratch.folder(), 'dev', (await new FakeCluster(scratch).begin()).steps());

    const keys = await readAgeKeys(scratch.folder().keyFile('dev'));
    expect(keys).toHaveLength(1);
    expect(keys[0]).not.toEqual(old);
    expect(scratch.text('.sops.yaml')).not.toContain(old!.recipient);
    expect(await readAgeKeys(retiredKeyPath(scratch.folder().props.directory, 'dev'))).toEqual([old]);
    expect(await values()).toEqual(before.values);
    expect(scratch.text('secrets/prod/app-a.yaml')).toBe(before.prod);
    expect(await verifySecrets(scratch.folder())).toEqual([]);
    expect(scratch.has('.fleet/rotations/dev')).toBe(false);
  });

  it('encrypts anew, so that the old key and the history give nothing of what is set from now on', async () => {
    const line = () => /API_KEY: .*/.exec(scratch.text('secrets/dev/app-a.yaml'))![0];
    const before = line();
    await rotate(scratch.folder(), 'dev', (await new FakeCluster(scratch).begin()).steps());
    expect(line()).not.toBe(before);
  });

  it('leaves the old key here, by which a file that a merge brings back is encrypted to the new one', async () => {
    const before = scratch.text('secrets/dev/app-a.yaml');
    await rotate(scratch.folder(), 'dev', (await new FakeCluster(scratch).begin()).steps());
    const published = readEncrypted(scratch.text('secrets/dev/app-a.yaml'), '').recipients;
    writeFileSync(join(scratch.root, 'secrets/dev/app-a.yaml'), before);
    await expect(refuseUnverified(scratch.folder())).rejects.toThrow('sops decrypt failed');

    expect(await generateSecrets(scratch.folder())).toMatchObject({ updated: ['secrets/dev/app-a.yaml'] });

    expect(readEncrypted(scratch.text('secrets/dev/app-a.yaml'), '').recipients).toEqual(published);
    expect(await verifySecrets(scratch.folder())).toEqual([]);
    expect(await values()).toMatchObject({ API_KEY: 'value' });
  });

  it.each([1, 2, 3, 4])('goes on where it was killed at step %i outside of the files', async (failAt) => {
    const cluster = await new FakeCluster(scratch, failAt).begin();
    await expect(rotate(scratch.folder(), 'dev', cluster.steps())).rejects.toThrow('killed');
    expect(scratch.has('.fleet/rotations/dev')).toBe(true);
    // What `up` does in between changes nothing of it.
    await generateSecrets(scratch.folder());

    await rotate(scratch.folder(), 'dev', cluster.steps());

    expect(cluster.seen.size).toBe(2);
    expect(await cluster.keysHere()).toEqual(cluster.published());
    expect(await values()).toMatchObject({ API_KEY: 'value' });
    expect(await verifySecrets(scratch.folder())).toEqual([]);
  });

  it.each([1, 2, 3, 4])('goes on where sops was killed, at its start number %i', async (failAt) => {
    const cluster = await new FakeCluster(scratch).begin();
    await expect(rotate(failing(scratch.folder(), failAt), 'dev', cluster.steps())).rejects.toThrow('killed');

    await rotate(scratch.folder(), 'dev', cluster.steps());

    expect(cluster.seen.size).toBe(2);
    expect(await cluster.keysHere()).toEqual(cluster.published());
    expect(await verifySecrets(scratch.folder())).toEqual([]);
  });

  it('is refused where the cluster has no key of its own', async () => {
    const fleet: Fleet = twoClusters([awsKms('arn:aws:kms:eu-central-1:111122223333:key/1234')]);
    await expect(rotate(scratch.folder(fleet), 'dev', new FakeCluster(scratch).steps())).rejects.toThrow(
      'no age key of its own',
    );
  });
});

/** The folder with a `sops` that is killed as it is started for the nth time. */
function failing(folder: SecretsFolder, failAt: number): SecretsFolder {
  let started = 0;
  const Folder = folder.constructor as new (props: SecretsFolder['props']) => SecretsFolder;
  return new Folder({
    ...folder.props,
    sops: () => (++started === failAt ? Promise.reject(new Error('killed')) : folder.props.sops()),
  });
}
