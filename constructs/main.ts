import { FleetError } from '../model';
import { synthesise } from './synth';

/** The program that `cdk8s synth` runs. It sets CDK8S_OUTDIR to the output folder. */
function main(): void {
  try {
    // Loading fleet.ts throws a FleetError if it has a mistake, so it is loaded inside the try block.
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
