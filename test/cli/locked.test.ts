import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest';

import { FleetError } from '../../model';
import { asCommand, fleet, machine } from './command-line';
import { createWorld, type World } from './world';

vi.mock('../../operate/run-lock', () => ({
  lockRuns: (directory: string, command: string) =>
    Promise.reject(new FleetError({ place: directory, problem: `\`${command}\` waits`, next: 'Wait' })),
}));

let world: World;
beforeEach(async () => (world = await createWorld()));
afterEach(() => world.end());
afterAll(() => machine.remove());

const commands = [
  'up',
  'down',
  'synth',
  'publish',
  ...['set dev app-a KEY', 'edit dev app-a', 'generate', 'import-key dev', 'import-token dev'].map(
    (command) => `secrets ${command}`,
  ),
];

it.each(commands)('fleet %s changes nothing while another command has the lock of the clone', async (command) => {
  const { stderr, exitCode } = await fleet(command.split(' '), 'input');

  const shown = /^(up|down|synth)$/.test(command) ? command : `fleet -- ${command.split(' ').slice(0, 2).join(' ')}`;
  expect(stderr).toContain(`${world.local()}: \`npm run ${shown}\` waits.`);
  expect(exitCode).toBe(1);
  expect(world.pulumi.operations).toEqual([]);
});

it('fleet secrets rotate does so, too', async () => {
  const { rotateSecrets } = await import('../../cli/secrets-rotate.js');
  const { stderr } = await asCommand(() => rotateSecrets(undefined, { timeout: 1 }));
  expect(stderr).toContain('`npm run fleet -- secrets rotate` waits.');
});
