import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { makeAgeKey } from '../../machine/age-key';
import { fleet, machine } from './command-line';
import { createWorld, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await createWorld();
  // What `up` leaves.
  for (const folder of ['keys', 'kubeconfig']) mkdirSync(world.local(folder), { recursive: true });
  writeFileSync(world.local('clone-id'), '11111111-1111-4111-8111-111111111111\n');
  for (const file of ['passphrase', 'keys/user', 'kubeconfig/dev']) writeFileSync(world.local(file), `the ${file}`);
});
afterEach(async () => {
  await world.end();
  for (const clone of ['first', 'second']) rmSync(aside(clone), { recursive: true, force: true });
});
afterAll(() => machine.remove());

const aside = (clone: string) => `${world.local()}-of-${clone}`;
/** Puts the local files aside as those of a clone, so that the next command is run in another one. */
const leave = (clone: string) => renameSync(world.local(), aside(clone));
const enter = (clone: string) => renameSync(aside(clone), world.local());

describe('fleet invite', () => {
  it('prints an encrypted text alone, and tells what is in it elsewhere', async () => {
    const { recipient } = await makeAgeKey();
    const { stdout, stderr, exitCode } = await fleet(['invite', '--to', recipient]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n[\w+/=\n]+\n-----END AGE ENCRYPTED FILE-----\n$/);
    expect(stderr).toContain("the passphrase of Pulumi's state");
    expect(stderr).not.toContain('the passphrase\n');
  });

  it('is refused in a clone without a fleet, and with a short passphrase', async () => {
    expect((await fleet(['invite'], 'too short')).stderr).toContain('fewer than 12 characters');
    leave('first');
    expect((await fleet(['invite'], 'correct horse battery')).stderr).toMatch(/nothing to share[^]*npm run up/);
  });
});

describe('fleet join', () => {
  it('takes an invitation that was made for the key of the clone', async () => {
    leave('first');
    const { stdout: key } = await fleet(['join', '--key']);
    expect(key).toMatch(/^age1\w+\n$/);
    expect((await fleet(['join', '--key'])).stdout).toBe(key);
    leave('second');
    enter('first');
    const { stdout: invitation } = await fleet(['invite', '--to', key.trim()]);
    leave('first');
    enter('second');

    const { stdout, stderr, exitCode } = await fleet(['join'], `${invitation}\nbye\n`);

    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toContain('Joined the fleet flux-fleet');
    expect(stdout).toContain("  - the passphrase of Pulumi's state");
    expect(stdout).toContain('`npm run up` and `down` work in the first clone alone');
    expect(existsSync(world.local('join-key'))).toBe(false);
    for (const file of ['passphrase', 'keys/user', 'kubeconfig/dev'])
      expect(readFileSync(world.local(file), 'utf8')).toBe(`the ${file}`);
  });

  it('takes what opens the invitation from the line before it', async () => {
    const [own, other] = [await makeAgeKey(), await makeAgeKey()];
    const { stdout: invitation } = await fleet(['invite', '--to', own.recipient]);
    leave('first');
    const wrong = await fleet(['join'], `${other.identity}\n${invitation}`);
    expect(wrong.stderr).toContain('this is not its key');
    expect(wrong.stderr).not.toContain(other.identity);
    expect(existsSync(world.local('passphrase'))).toBe(false);
    expect(await fleet(['join'], `${own.identity}\n${invitation}`)).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('refuses what is no invitation', async () => {
    expect((await fleet(['join'], 'hello')).stderr).toContain('it holds no invitation');
  });
});
