import { FleetError } from '../model';
import { synthesise } from './synth';

/** What `cdk8s synth` runs; it says by CDK8S_OUTDIR where the files go. */
async function main(): Promise<void> {
  try {
    const { default: fleet } = await import('../fleet.js');
    synthesise(fleet, process.env['CDK8S_OUTDIR'] ?? 'manifests');
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

void main();
