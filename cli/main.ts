import { program } from 'commander';

import { FleetError } from '../model';
import { registerDoctor } from './doctor';
import { registerDown } from './down';
import { registerEnv } from './env';
import { registerKubeconfig } from './kubeconfig';
import { registerLab } from './lab';
import { registerProvide } from './provide';
import { registerPublish } from './publish';
import { registerUp } from './up';

program
  .name('fleet')
  .description('Several Kubernetes clusters kept equal to one Git repository.')
  .showHelpAfterError('(`npm run fleet -- --help` lists the commands)');
const commands = [
  registerUp,
  registerDown,
  registerEnv,
  registerPublish,
  registerKubeconfig,
  registerDoctor,
  registerProvide,
  registerLab,
];
for (const register of commands) register(program);

program.parseAsync(['node', 'fleet', ...process.argv.slice(2)]).catch((error: unknown) => {
  // A mistake of the user's is said in words; anything else is ours, and its stack trace is wanted.
  console.error(error instanceof FleetError ? error.message : error);
  process.exitCode = 1;
});
