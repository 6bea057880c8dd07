import { useOwnEnvironment } from '../machine/environment';
import { diskProblem } from '../machine/files';
import { FleetError } from '../model';
import { commands, fleetProgram } from './program';

useOwnEnvironment();
const asked = commands.filter((name) => name === process.argv[2]);
const program = fleetProgram(asked.length > 0 ? asked : commands);

program.parseAsync(['node', 'fleet', ...process.argv.slice(2)]).catch((error: unknown) => {
  // A user's mistake and a disk's fault need no stack trace; any other error is ours, and needs it.
  const known = error instanceof FleetError ? error : diskProblem(error);
  console.error(known?.message ?? error);
  process.exitCode ||= 1;
});
