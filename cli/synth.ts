import type { Command } from 'commander';

import { synthesise } from '../constructs/synth';
import { loadFleet } from './fleet-file';
import { manifestsDirectory } from './publish';

/** `fleet synth`: the same bytes as `cdk8s synth`, and a mistake in `fleet.ts` leaves what was there. */
export function register(program: Command): void {
  program
    .command('synth')
    .description('render manifests/ from fleet.ts, as cdk8s synth does; git diff manifests/ is the change')
    .action(() => console.log(`manifests/ is as fleet.ts says: ${synthesise(loadFleet(), manifestsDirectory)} files`));
}
