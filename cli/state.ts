import type { Command } from 'commander';
import { fleetDirectory } from '../machine/paths';
import { lockRuns } from '../operate/run-lock';
import { placeOf } from '../operate/state/backend';
import { moveState } from '../operate/state/move';
import { usePulumi } from './environment';
import { loadFleet } from './fleet-file';
import { provided } from './provide';

/** `fleet state`: where Pulumi's state is. */
export function register(program: Command): void {
  const state = program.command('state').description("where Pulumi's state is");
  state
    .command('move')
    .description("move Pulumi's state to where fleet.ts has it, compare it there, and keep the old one aside")
    .action(async () => {
      const fleet = loadFleet();
      await lockRuns(fleetDirectory, 'npm run fleet -- state move', async () => {
        usePulumi(fleet, await provided());
        const report = (line: string) => console.error(line);
        const moved = await moveState({ directory: fleetDirectory, to: fleet.state, report });
        const place = placeOf(fleet.state.type === 'file' ? undefined : fleet.state.url);
        if (!moved) return console.log(`Nothing to move: the state is at ${place}.`);
        const { stacks, from, aside } = moved;
        if (from === place)
          return console.log(`${place}: encrypted ${stacks.join(', ')} by ${fleet.state.secretsProvider}.`);
        if (!aside) return console.log(`Another clone has moved the state from ${from}; this one uses ${place} now.`);
        console.log(`Moved ${stacks.join(', ')} from ${from} to ${place}. The old state is kept in ${aside}.`);
      });
    });
}
