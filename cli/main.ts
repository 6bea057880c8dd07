import { type Command, program } from 'commander';

import { FleetError } from '../model';
import { version } from '../package.json';

/** The subcommands, each in a file of its name. */
const commands = [
  'up',
  'down',
  'init',
  'upgrade',
  'env',
  'synth',
  'publish',
  'kubeconfig',
  'secrets',
  'doctor',
  'provide',
  'lab',
];

program
  .name('fleet')
  .description('Several Kubernetes clusters kept equal to one Git repository.')
  .version(version)
  .showHelpAfterError('(`npm run fleet -- --help` lists the commands)');
// Only the one that is asked for is loaded, where that can be told: all of them take a second.
const asked = commands.filter((name) => name === process.argv[2]);
for (const name of asked.length > 0 ? asked : commands) {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  (require(`./${name}`) as { register: (program: Command) => void }).register(program);
}

program.parseAsync(['node', 'fleet', ...process.argv.slice(2)]).catch((error: unknown) => {
  // A user's mistake needs no stack trace; any other error is ours, and needs it.
  console.error(error instanceof FleetError ? error.message : error);
  process.exitCode = 1;
});
