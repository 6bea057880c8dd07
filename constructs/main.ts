import { FleetError } from '../model';
import { synthesise } from './synth';

/** What `cdk8s synth` runs; it says by CDK8S_OUTDIR where the files go. */
function main(): void {
  try {
    // A mistake in fleet.ts is thrown while the module loads, so it is loaded here.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { default: fleet } = require('../fleet') as typeof import('../fleet');
    synthesise(fleet, process.env['CDK8S_OUTDIR'] ?? 'manifests');
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

main();
