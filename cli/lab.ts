import type { Command } from 'commander';
import { confirmChanges } from './consent';

const help = `
The lab is for a machine that reaches no container registry: Docker's engine from Debian, every command from Go modules,
every image from these. \`npm run up\` uses it by itself where no release host can be reached. These commands are its steps.

  FLUX_FLEET_SOURCE=lab      use the lab even where the internet can be reached
  FLUX_FLEET_LAB_SEED=FILE   take built commands from an archive that \`lab pack\` wrote
  FLUX_FLEET_CACHE=DIR       where built commands are kept
  FLUX_FLEET_YES=1           change the machine without asking`;

/** `fleet lab`: the steps of the lab. Each loads the lab only when it runs. */
export function register(program: Command): void {
  const lab = program
    .command('lab')
    .description('build tools and images on this machine, from Go modules and Debian packages')
    .addHelpText('after', help);
  lab
    .command('build')
    .description("install and start Docker's engine, and build every command and image that is missing")
    .action(async () => {
      const { prepareLab } = await import('../lab/prepare.ts');
      const { systemChanges } = await import('../lab/system-changes.ts');
      await confirmChanges(await systemChanges(), console.log);
      await prepareLab(console.log);
    });
  lab
    .command('pack <file>')
    .description('write the built commands to an archive (.tar.zst) for FLUX_FLEET_LAB_SEED')
    .action(async (file: string) => {
      const { packSeed } = await import('../lab/seed.ts');
      console.log(`${file} contains ${(await packSeed(file)).join(', ')}`);
    });
  registerEngine(lab);
}

function registerEngine(lab: Command): void {
  const engine = lab.command('engine').description("Docker's engine, where nothing else starts it");
  engine
    .command('start')
    .description("install Docker's engine from Debian if it is missing, and start it if it does not answer; needs root")
    .action(async () => {
      const { engineChanges, startEngine } = await import('../lab/engine.ts');
      await confirmChanges(await engineChanges(), console.log);
      await startEngine(console.log);
    });
  engine
    .command('stop')
    .description('stop the engine that the lab started, with every container in it; no other engine is stopped')
    .action(async () => {
      const { stopEngine } = await import('../lab/engine.ts');
      console.log((await stopEngine()) ? 'The engine has stopped.' : 'The lab has not started an engine.');
    });
}
