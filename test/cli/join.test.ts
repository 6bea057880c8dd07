import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';

import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { fleet, machine } from './command-line';
import { createWorld, type World } from './world';

const passphrase = 'correct horse battery';

let world: World;
beforeEach(async () => {
  world = await createWorld();
  expect(await fleet(['up'])).toMatchObject({ exitCode: 0 });
});
afterEach(() => world.end());
afterAll(() => machine.remove());

/** Puts the local files of the first clone aside, so that the next command is run in a fresh one. */
const freshClone = () => renameSync(world.local(), `${world.local()}-first`);
afterEach(() => rmSync(`${world.local()}-first`, { recursive: true, force: true }));

describe('fleet invite', () => {
  it('prints an encrypted text alone, and tells what is in it elsewhere', async () => {
    const { stdout, stderr, exitCode } = await fleet(['invite'], passphrase);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n[\w+/=\n]+\n-----END AGE ENCRYPTED FILE-----\n$/);
    expect(stderr).toContain("the passphrase of Pulumi's state");
    expect(stderr).not.toContain(readFileSync(world.local('passphrase'), 'utf8'));
  });

  it('is refused in a clone without a fleet', async () => {
    freshClone();
    expect((await fleet(['invite'], passphrase)).stderr).toMatch(/nothing to share[^]*npm run up/);
  });
});

describe('fleet join', () => {
  it('takes an invitation that was made for the key of the clone, and every command works there', async () => {
    freshClone();
    const { stdout: key } = await fleet(['join', '--key']);
    expect(key).toMatch(/^age1\w+\n$/);
    expect((await fleet(['join', '--key'])).stdout).toBe(key);
    renameSync(world.local(), `${world.local()}-second`);
    renameSync(`${world.local()}-first`, world.local());
    const { stdout: invitation } = await fleet(['invite', '--to', key.trim()]);
    freshClone();
    renameSync(`${world.local()}-second`, world.local());

    const { stdout, exitCode } = await fleet(['join'], `Here it is:\n${invitation}Bye`);

    expect(exitCode).toBe(1);
    expect(stdout).toBe('');
    const joined = await fleet(['join'], invitation);
    expect(joined).toMatchObject({ exitCode: 0, stderr: '' });
    expect(joined.stdout).toContain('Joined the fleet flux-fleet');
    expect(existsSync(world.local('join-key'))).toBe(false);
    expect(await fleet(['status'])).toMatchObject({ exitCode: 0 });
    expect(await fleet(['push'])).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('takes the passphrase or a key from the line before the text', async () => {
    const { stdout: invitation } = await fleet(['invite'], passphrase);
    freshClone();
    expect((await fleet(['join'], `wrong horse battery\n${invitation}`)).stderr).toContain('not its passphrase');
    expect(existsSync(world.local('passphrase'))).toBe(false);
    expect(await fleet(['join'], `${passphrase}\n${invitation}`)).toMatchObject({ exitCode: 0 });
    expect(readFileSync(world.local('keys', 'user'), 'utf8')).toContain('PRIVATE KEY');
  });

  it('refuses what is no invitation', async () => {
    expect((await fleet(['join'], 'hello')).stderr).toContain('it holds no invitation');
  });
});
