import { Command } from 'commander';
import { version } from '../package.json';

export const commands = [
  'up',
  'down',
  'init',
  'upgrade',
  'env',
  'synth',
  'publish',
  'repository',
  'diff',
  'push',
  'promote',
  'status',
  'wait',
  'reconcile',
  'suspend',
  'resume',
  'restart',
  'logs',
  'rollback',
  'kubeconfig',
  'explain',
  'secrets',
  'invite',
  'join',
  'state',
  'doctor',
  'provide',
  'lab',
  'completion',
];

export interface CommandFile {
  readonly register: (program: Command) => void;
}

// eslint-disable-next-line @typescript-eslint/no-require-imports
const loadFile = (name: string) => require(`./${name}`) as CommandFile;

/**
 * The `fleet` command with these of its subcommands.
 *
 * @param names all by default; to load all of them takes a second
 */
export function fleetProgram(names: readonly string[] = commands, load = loadFile): Command {
  const program = new Command()
    .name('fleet')
    .description('Several Kubernetes clusters kept equal to one Git repository.')
    .version(version)
    .showHelpAfterError('(`npm run fleet -- --help` lists the commands)');
  for (const name of names) load(name).register(program);
  return program;
}
