import { Argument, type Command } from 'commander';
import { repositoryRoot } from '../machine/paths';
import type { Fleet } from '../model';
import { quoted } from './env';
import { loadFleet } from './fleet-file';
import { fleetProgram } from './program';

/** The options that take the name of a cluster. */
const ofClusters = ['--cluster', '--from', '--to'];

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

const help = `
For your shell's start: \`eval "$(npm run -s fleet -- completion bash)"\`; in fish, \`npm run -s fleet -- completion fish | source\`.
It also makes the command \`fleet\`, which is \`npm run -s fleet --\` of this clone from anywhere. Names of apps and clusters are
those of fleet.ts when the shell started.`;

/** `fleet completion`: a shell's completion of the commands. */
export function register(program: Command): void {
  program
    .command('completion')
    .description('print what makes a shell complete `fleet` with its commands, options, apps and clusters')
    .addArgument(new Argument('<shell>').choices(shells))
    .addHelpText('after', help)
    .action((shell: Shell) => console.log(completion(shell, fleetProgram(), loadFleet())));
}

/** The words that may follow a command, by the command's words: `secrets set`. */
interface Entry {
  readonly path: string;
  readonly words: readonly string[];
}

/** A script that completes `fleet` in a shell. */
export function completion(
  shell: Shell,
  program: Command,
  fleet: Pick<Fleet, 'apps' | 'tenants' | 'clusters'>,
): string {
  const names = {
    app: [...Object.keys(fleet.apps), ...Object.keys(fleet.tenants)],
    cluster: Object.keys(fleet.clusters),
  };
  const entries = entriesOf(program, '', names);
  return shell === 'fish' ? fishScript(entries, names.cluster) : bashScript(entries, names.cluster, shell === 'zsh');
}

type Names = Readonly<Record<string, readonly string[]>>;

function entriesOf(command: Command, path: string, names: Names): Entry[] {
  const children = command.commands.map((child) => child.name());
  const options = command.options.filter(({ hidden }) => !hidden).map(({ long, short }) => long ?? short!);
  const values = command.registeredArguments.flatMap((each) => each.argChoices ?? names[each.name()] ?? []);
  const own = { path, words: [...children, ...values, ...options, '--help'] };
  const below = (child: Command) => entriesOf(child, `${path} ${child.name()}`.trim(), names);
  return [own, ...command.commands.flatMap(below)];
}

/** In zsh the same, by its own emulation of bash's completion. */
function bashScript(entries: readonly Entry[], clusters: readonly string[], isZsh: boolean): string {
  const cases = entries.map(({ path, words }) => `    ${quoted(path)}) words=${quoted(words.join(' '))} ;;`);
  return `${isZsh ? 'autoload -Uz +X compinit bashcompinit && compinit && bashcompinit\n' : ''}fleet() {
  (cd ${quoted(repositoryRoot)} && node cli/start.mjs "$@")
}
_fleet() {
  local at path= words= current=\${COMP_WORDS[COMP_CWORD]}
  for ((at = 1; at < COMP_CWORD; at++)); do
    case "$path \${COMP_WORDS[at]}" in
    ${entries
      .filter(({ path }) => path)
      .map(({ path }) => quoted(path.includes(' ') ? path : ` ${path}`))
      .join(' | ')}) path="\${path:+$path }\${COMP_WORDS[at]}" ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  [[ \${COMP_WORDS[COMP_CWORD - 1]} =~ ^(${ofClusters.join('|')})$ ]] && words=${quoted(clusters.join(' '))}
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _fleet fleet`;
}

function fishScript(entries: readonly Entry[], clusters: readonly string[]): string {
  const lines = entries.flatMap(({ path, words }) => {
    const seen = path.split(' ').map((word) => `__fish_seen_subcommand_from ${word}`);
    const condition = path ? seen.join('; and ') : '__fish_use_subcommand';
    return words.map((word) => {
      const kind = word.startsWith('--')
        ? `-l ${word.slice(2)}`
        : word.startsWith('-')
          ? `-s ${word.slice(1)}`
          : `-a ${word}`;
      return `complete -c fleet -n ${quoted(condition)} ${kind}${ofClusters.includes(word) ? ` -x -a ${quoted(clusters.join(' '))}` : ''}`;
    });
  });
  const own = `function fleet; pushd ${quoted(repositoryRoot)}; node cli/start.mjs $argv; set -l code $status; popd; return $code; end`;
  return [own, 'complete -c fleet -f', ...lines].join('\n');
}
