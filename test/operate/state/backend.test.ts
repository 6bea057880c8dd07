import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { checkpoint, copiedBackend, copyCheckpoint, stackNames, stateIn } from '../../../machine/pulumi-state';
import { Backend, settleState } from '../../../operate/state/backend';
import { FakePulumiCommand } from '../../fakes/pulumi-command';

const url = 's3://bucket/fleet?region=eu-central-1';
const own = '11111111-1111-4111-8111-111111111111';
const other = '22222222-2222-4222-8222-222222222222';
const stackOf = (clone: string) => ({
  resources: [{ type: 'pulumi:pulumi:Stack', urn: 'u', outputs: { clone } }],
  secrets_providers: { type: 'passphrase', state: { salt: 'v1:salt' } },
});

let root: string;
let directory: string;
let pulumi: FakePulumiCommand;
const state = () => stateIn(directory);
const isOurs = () => writeFileSync(join(directory, 'clone-id'), `${own}\n`);
const asMember = (home = '/first/.fleet') =>
  writeFileSync(join(directory, 'membership.json'), JSON.stringify({ directory, home }));
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'backend-'));
  directory = join(root, '.fleet');
  mkdirSync(directory);
  pulumi = new FakePulumiCommand(join(root, 'pulumi')).install(join(root, 'bin'));
  vi.stubEnv('PATH', `${join(root, 'bin')}:${process.env['PATH']}`);
  vi.stubEnv('PULUMI_BACKEND_URL', url);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

describe('the copy of a backend', () => {
  it('has every stack that is there and no other, and the configuration that this clone lacks', async () => {
    isOurs();
    pulumi.write(url, 'dev', stackOf(own));
    copyCheckpoint(state(), 'gone', {});
    await new Backend(url, directory).copy();
    expect(stackNames(state())).toEqual(['dev']);
    expect(checkpoint(state(), 'dev')!.resources).toHaveLength(1);
    expect(copiedBackend(state())).toBe(url);
    expect(readFileSync(join(directory, 'config', 'Pulumi.dev.yaml'), 'utf8')).toBe('encryptionsalt: v1:salt\n');
  });

  it('is made once in a process, and a stack that Pulumi has changed is copied again', async () => {
    isOurs();
    pulumi.write(url, 'dev', stackOf(own));
    const backend = new Backend(url, directory);
    await Promise.all([backend.copy(), backend.copy()]);
    expect(pulumi.calls).toHaveLength(2);
    pulumi.write(url, 'dev', { resources: [] });
    await backend.copyStack('dev');
    expect(checkpoint(state(), 'dev')!.resources).toEqual([]);
    backend.forget('dev');
    expect(stackNames(state())).toEqual([]);
  });

  it.each([
    ['without an id', () => undefined],
    ['with another id', isOurs],
  ])('is refused to a clone %s than the fleet, with the command that joins it', async (_, prepare) => {
    prepare();
    pulumi.write(url, 'dev', stackOf(other));
    await expect(new Backend(url, directory).copy()).rejects.toThrow(/not joined[^]*fleet -- join/);
    expect(existsSync(state())).toBe(false);
  });

  it('is refused where a clone has joined a fleet of which the backend knows nothing', async () => {
    isOurs();
    asMember();
    await expect(new Backend(url, directory).copy()).rejects.toThrow(/empty[^]*state move.*\/first\/\.fleet/);
  });

  it.each([
    ['error: incorrect passphrase', /another passphrase[^]*join/],
    ['error: NoSuchBucket: The specified bucket does not exist', /no such bucket[^]*Create it/],
    ['error: blob: AccessDenied: status code 403', /refuses this user[^]*AWS_ACCESS_KEY_ID/],
    ['error: dial tcp 127.0.0.1:9: connect: connection refused', /connection refused[^]*reaches it/],
  ])('tells what %s means', async (message, expected) => {
    pulumi.fail(message);
    await expect(new Backend(url, directory).copy()).rejects.toThrow(expected);
  });
});

describe('a state that is elsewhere than fleet.ts has it', () => {
  it('is refused with the command that moves it, in both directions', () => {
    copyCheckpoint(state(), 'dev', stackOf(own));
    expect(() => settleState(url, directory)).toThrow(/fleet -- state move/);
    expect(() => settleState(undefined, directory)).not.toThrow();
    writeFileSync(join(state(), 'backend'), url);
    expect(() => settleState(url, directory)).not.toThrow();
    expect(() => settleState(undefined, directory)).toThrow(/fleet -- state move/);
  });

  it('is forgotten where it is a copy without any resource', () => {
    copyCheckpoint(state(), 'dev', {});
    writeFileSync(join(state(), 'backend'), url);
    settleState(undefined, directory);
    expect(existsSync(state())).toBe(false);
  });

  it('is in the first clone alone for one that has joined, which is told what works', () => {
    asMember();
    expect(() => settleState(undefined, directory)).toThrow(/first clone, in \/first\/\.fleet[^]*push, status/);
  });
});
