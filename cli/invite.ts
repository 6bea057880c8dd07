import type { Command } from 'commander';
import { membership } from '../machine/clone';
import { engineId } from '../machine/docker';
import { fleetDirectory } from '../machine/paths';
import { describeFiles, invitation } from '../operate/people/invitation';
import { seal } from '../operate/people/sealed';
import { clusterProvider, clusterTargets } from '../stacks/clusters';
import { onOneMachine } from '../stacks/ownership';
import { loadFleet } from './fleet-file';
import { readSecretValue } from './secret-value';

const help = `
The text has the keys of the fleet: whoever opens it can change every cluster. It is encrypted to an age key, which
\`npm run fleet -- join --key\` makes in the clone that is to join; or by a passphrase of at least 12 characters, which is read
from standard input, or asked for on a terminal. It is also a backup of the keys.`;

/** `fleet invite`: what another clone needs to work on this fleet, encrypted. */
export function register(program: Command): void {
  program
    .command('invite')
    .description('print what another clone needs to work on this fleet, encrypted; `fleet join` takes it there')
    .option('--to <recipients...>', 'the age keys that can open it, age1…; by default a passphrase can')
    .addHelpText('after', help)
    .action(async ({ to }: { to?: readonly string[] }) => {
      const fleet = loadFleet();
      const made = clusterTargets(fleet).filter(({ cluster }) => clusterProvider(cluster).kubeconfig === undefined);
      const home = membership()?.home ?? fleetDirectory;
      const engine = membership()?.engine ?? (onOneMachine(fleet).length > 0 ? await engineId() : undefined);
      const shared = invitation(fleetDirectory, {
        fleet: fleet.name,
        home,
        made: made.map(({ name }) => name),
        ...(engine && { engine }),
      });
      const lock = to ? { recipients: to } : { passphrase: await readSecretValue('Passphrase of the invitation: ') };
      console.log(await seal(JSON.stringify(shared), lock));
      console.error(`It has ${describeFiles(Object.keys(shared.files)).join('; ')}.`);
    });
}
