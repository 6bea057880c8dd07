import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { makeAgeKey, readAgeKeys } from '../../../machine/age-key';
import { membership, readCloneId, thisOwner } from '../../../machine/clone';
import { writePrivateFile } from '../../../machine/files';
import { describeFiles, type Invitation, invitation, parseInvitation } from '../../../operate/people/invitation';
import { joinFleet } from '../../../operate/people/join';
import { seal, unseal } from '../../../operate/people/sealed';

const id = '11111111-1111-4111-8111-111111111111';

let root: string;
let first: string;
let second: string;
const write = (directory: string, files: Readonly<Record<string, string>>) => {
  for (const [path, text] of Object.entries(files)) writePrivateFile(join(directory, path), text);
};
const invite = () => invitation(first, { fleet: 'shop', home: first, engine: 'engine-1', made: ['dev'] });

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'join-'));
  [first, second] = [join(root, 'first', '.fleet'), join(root, 'second', '.fleet')];
  const { identity, recipient } = await makeAgeKey();
  write(first, {
    'clone-id': `${id}\n`,
    passphrase: 'secret',
    known_hosts: 'host key',
    'keys/user': 'user key',
    'keys/age-dev.agekey': `# public key: ${recipient}\n${identity}\n`,
    'keys/age-keys.txt': `${identity}\n`,
    'kubeconfig/dev': 'of a kind cluster',
    'kubeconfig/prod': 'with credentials of one person',
    'existing/prod.json': '{"uid":"1","adopted":[]}',
    'existing/prod.yaml': 'with credentials of one person',
    'state/.pulumi/stacks/flux-fleet/dev.json': '{}',
    'infra.git/config': 'a copy',
  });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('an invitation', () => {
  it('has what a clone needs, and neither the credentials of a person nor what is made anew', () => {
    expect(Object.keys(invite().files)).toEqual([
      'clone-id',
      'existing/prod.json',
      'keys/age-dev.agekey',
      'keys/user',
      'known_hosts',
      'kubeconfig/dev',
      'passphrase',
    ]);
    expect(describeFiles(Object.keys(invite().files))).toContain("the passphrase of Pulumi's state");
  });

  it('needs a fleet', () => {
    expect(() => invitation(second, { fleet: 'shop', home: second, made: [] })).toThrow(/Run `npm run up` first/);
  });

  it('is opened by its passphrase alone, or by a key that it was made for', async () => {
    const byWord = await seal('text', { passphrase: 'correct horse battery', workFactor: 8 });
    expect(byWord).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/);
    expect(await unseal(byWord, { passphrase: 'correct horse battery' })).toBe('text');
    await expect(unseal(byWord, { passphrase: 'wrong horse battery' })).rejects.toThrow(/not its passphrase/);
    const [own, other] = [await generateX25519Identity(), await generateX25519Identity()];
    const byKey = await seal('text', { recipients: [await identityToRecipient(own)] });
    expect(await unseal(byKey, { identities: [other, own] })).toBe('text');
    await expect(unseal(byKey, { identities: [other] })).rejects.toThrow(/not its key/);
    await expect(unseal(byKey.slice(0, -60), { identities: [own] })).rejects.toThrow(/damaged/);
  });

  it('is not made with a short passphrase, nor for a recipient that is none, which is not repeated', async () => {
    await expect(seal('text', { passphrase: 'short' })).rejects.toThrow(/fewer than 12 characters/);
    const error = await seal('text', { recipients: ['AGE-SECRET-KEY-1XYZ'] }).then(
      () => expect.fail('it was sealed'),
      (reason: Error) => reason,
    );
    expect(error.message).toMatch(/^--to: invalid recipient/);
    expect(error.message).not.toContain('XYZ');
  });

  it.each(['../outside', 'keys/../../outside', 'state/backend', 'keys/.part-1-a/x'])(
    'is refused where it would write %s',
    (path) => {
      const text = JSON.stringify({ ...invite(), files: { [path]: 'x' } });
      expect(() => parseInvitation(text)).toThrow(/not an invitation/);
      expect(() => parseInvitation('no JSON')).toThrow(/not an invitation/);
    },
  );
});

describe('a clone that joins', () => {
  it('is the same owner with the same keys, and a copy of it is not', async () => {
    await joinFleet(second, 'shop', invite());
    expect(thisOwner('shop', second)).toEqual(thisOwner('shop', first));
    expect(membership(second)).toEqual({ directory: second, home: first, engine: 'engine-1' });
    expect(readFileSync(join(second, 'kubeconfig', 'dev'), 'utf8')).toBe('of a kind cluster');
    expect(existsSync(join(second, 'state'))).toBe(false);
    const copy = join(root, 'copy');
    write(copy, { 'membership.json': readFileSync(join(second, 'membership.json'), 'utf8') });
    expect(membership(copy)).toBeUndefined();
  });

  it('keeps the age keys that it has', async () => {
    const own = await makeAgeKey();
    write(second, { 'keys/age-dev.agekey': `${own.identity}\n` });
    await joinFleet(second, 'shop', invite());
    expect(await readAgeKeys(join(second, 'keys', 'age-dev.agekey'))).toHaveLength(2);
  });

  it('may join again, and has what is new', async () => {
    await joinFleet(second, 'shop', invite());
    write(first, { 'keys/deploy-prod': 'new' });
    await joinFleet(second, 'shop', invite());
    expect(readFileSync(join(second, 'keys', 'deploy-prod'), 'utf8')).toBe('new');
  });

  it('is the first clone again where that has lost its files', async () => {
    const saved: Invitation = JSON.parse(JSON.stringify(invite())) as Invitation;
    rmSync(first, { recursive: true });
    await joinFleet(first, 'shop', saved);
    expect(membership(first)).toBeUndefined();
    expect(readCloneId(first)).toBe(id);
  });

  it('is refused where it has a fleet of its own, or fleet.ts is of another one', async () => {
    await expect(joinFleet(second, 'other', invite())).rejects.toThrow(/name: 'shop'/);
    write(second, { 'clone-id': id.replaceAll('1', '2'), 'keys/user': 'its own' });
    await expect(joinFleet(second, 'shop', invite())).rejects.toThrow(/a fleet of its own[^]*down -- --all/);
    expect(readFileSync(join(second, 'keys', 'user'), 'utf8')).toBe('its own');
  });
});
