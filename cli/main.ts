import { FleetError } from '../model';
import { commands, fleetProgram } from './program';

const asked = commands.filter((name) => name === process.argv[2]);
const program = fleetProgram(asked.length > 0 ? asked : commands);

program.parseAsync(['node', 'fleet', ...process.argv.slice(2)]).catch((error: unknown) => {
  // A user's mistake needs no stack trace; any other error is ours, and needs it.
  console.error(error instanceof FleetError ? error.message : error);
  process.exitCode = 1;
});
