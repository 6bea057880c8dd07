import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { checkpoint, copiedBackend, copyCheckpoint, stackNames, stateIn } from '../../../machine/pulumi-state';
import { backendState, fileState } from '../../../model';
import { moveState } from '../../../operate/state/move';
import { FakePulumiCommand } from '../../fakes/pulumi-command';

const url = 's3://bucket/fleet';
const own = '11111111-1111-4111-8111-111111111111';
const stack = (clone = own) => ({
  secrets_providers: { type: 'passphrase' },
  resources: [{ type: 'pulumi:pulumi:Stack', urn: 'u', outputs: { clone } }],
});

let root: string;
let directory: string;
let pulumi: FakePulumiCommand;
const state = () => stateIn(directory);
const move = (to: Parameters<typeof moveState>[0]['to']) => moveState({ directory, to, report: () => undefined });
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'move-'));
  directory = join(root, '.fleet');
  mkdirSync(directory);
  writeFileSync(join(directory, 'clone-id'), `${own}\n`);
  pulumi = new FakePulumiCommand(join(root, 'pulumi')).install(join(root, 'bin'));
  vi.stubEnv('PATH', `${join(root, 'bin')}:${process.env['PATH']}`);
  vi.stubEnv('PULUMI_BACKEND_URL', url);
  copyCheckpoint(state(), 'dev', stack());
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

describe('moving the state', () => {
  it('takes every stack to a backend and back, keeps the old ones aside, and is nothing the second time', async () => {
    expect(await move(backendState(url))).toMatchObject({ stacks: ['dev'] });
    expect(copiedBackend(state())).toBe(url);
    expect(stackNames(join(directory, 'state-before-1'))).toEqual(['dev']);
    expect(checkpoint(pulumi.folder(url), 'dev')).toEqual(stack());
    expect(await move(backendState(url))).toBeUndefined();

    expect(await move(fileState())).toMatchObject({ from: url, aside: join(directory, 'state-before-2') });
    expect(copiedBackend(state())).toBeUndefined();
    expect(checkpoint(state(), 'dev')).toEqual(stack());
    expect(stackNames(pulumi.folder(url))).toEqual([]);
    expect(await move(fileState())).toBeUndefined();
  });

  it('changes what encrypts the secrets, on the way and where the state stays', async () => {
    const key = 'hashivault://fleet';
    await move(backendState(url, { secretsProvider: key }));
    expect(checkpoint(state(), 'dev')!.secrets_providers!.state).toEqual({ url: key });
    const other = { secretsProvider: 'awskms://alias/fleet' };
    expect(await move(backendState(url, other))).toEqual({ stacks: ['dev'], from: url });
    expect(checkpoint(state(), 'dev')!.secrets_providers!.state).toEqual({ url: other.secretsProvider });
    expect(await move(backendState(url, other))).toBeUndefined();
  });

  it('is done again from the beginning where it was stopped', async () => {
    pulumi.write(url, 'dev', {});
    await move(backendState(url));
    expect(checkpoint(pulumi.folder(url), 'dev')).toEqual(stack());
  });

  it('refuses a place that has the state of another fleet, and changes nothing', async () => {
    pulumi.write(url, 'dev', stack('22222222-2222-4222-8222-222222222222'));
    await expect(move(backendState(url))).rejects.toThrow(/not joined/);
    expect(copiedBackend(state())).toBeUndefined();
    expect(readdirSync(directory).sort()).toEqual(['clone-id', 'state']);
  });

  it('follows another clone that has moved it', async () => {
    writeFileSync(join(state(), 'backend'), 's3://bucket/before');
    pulumi.write(url, 'dev', stack());
    const moved = await move(backendState(url));
    expect(moved).toMatchObject({ stacks: [], from: 's3://bucket/before' });
    expect(moved!.aside).toBeUndefined();
    expect(stackNames(state())).toEqual(['dev']);
  });

  it('is refused where a backend lacks what the other has not', async () => {
    writeFileSync(join(state(), 'backend'), 's3://bucket/before');
    await expect(move(backendState(url))).rejects.toThrow(/nothing of this fleet/);
    expect(stackNames(state())).toEqual(['dev']);
  });
});
