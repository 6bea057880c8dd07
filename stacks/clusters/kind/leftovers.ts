import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';

import { FleetError } from '../../../model';

/** Removes a kind cluster of this clone that Pulumi's state does not have. @throws FleetError when it stays */
export async function removeLeftoverCluster(name: string): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'flux-fleet-kubeconfig-'));
  const args = ['delete', 'cluster', '--name', name, '--kubeconfig', join(scratch, 'kubeconfig')];
  const env = { KIND_EXPERIMENTAL_PROVIDER: 'docker' };
  const { exitCode, stderr } = await execa('kind', args, { reject: false, env });
  rmSync(scratch, { recursive: true, force: true });
  if (exitCode === 0) return;
  throw new FleetError({
    place: `kind cluster ${name}`,
    problem: `it cannot be removed: ${stderr.trim()}`,
    next: 'Fix the problem and run the same command again',
  });
}
