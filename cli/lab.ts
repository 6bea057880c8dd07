import type { Command } from 'commander';
import { prepareLab } from '../lab';
import { startEngine, stopEngine } from '../lab/engine';
import { packSeed } from '../lab/seed';

const help = `
The lab is for a machine that reaches no container registry: Docker's engine from Debian, every command from Go
modules, every image from those and Debian. \`npm run up\` sees to it by itself; these commands are its parts.

  FLUX_FLEET_SOURCE=lab      use it even where the internet can be reached
  FLUX_FLEET_LAB_SEED=FILE   take built commands from an archive that \`lab pack\` made
  FLUX_FLEET_CACHE=DIR       where what was built is kept`;

/** `fleet lab`: the parts of the lab, one by one. */
export function register(program: Command): void {
  const lab = program
    .command('lab')
    .description('build tools and images here, from Go modules and Debian')
    .addHelpText('after', help);
  lab
    .command('build')
    .description("start Docker's engine, build every command and image that is missing")
    .action(() => prepareLab(print));
  lab
    .command('pack <file>')
    .description('write the built commands to an archive (.tar.zst) that another machine may begin with')
    .action(async (file: string) => print(`${file} holds ${(await packSeed(file)).join(', ')}`));
  const engine = lab.command('engine').description("Docker's engine, where nothing else starts it");
  engine
    .command('start')
    .description("install Docker's engine from Debian if it is missing, and start it if none answers; as root")
    .action(() => startEngine(print));
  engine
    .command('stop')
    .description('end the engine that the lab started, with every container in it; any other is left alone')
    .action(async () => print((await stopEngine()) ? 'The engine has ended.' : 'The lab has started no engine.'));
}

function print(line: string): void {
  console.log(line);
}
