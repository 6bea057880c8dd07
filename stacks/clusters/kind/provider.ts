import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { startStopped } from '../../../machine/docker';
import { examine, type ExaminedObject, isOurs, type MachineNames } from '../../../machine/ownership';
import {
  adoptedGeneration,
  FleetError,
  type KindCluster,
  kindClusterName,
  kindContext,
  kindControlPlane,
  kindModel,
  kindWorkers,
  receiverNodePort,
} from '../../../model';
import type { ClusterByName, ClusterProvider, ClusterTarget } from '../provider';
import { isMadeFrom, settings } from './generation';

/** The containers that are a cluster's nodes, the control plane first. */
export function nodesOf({ fleet, name, cluster }: ClusterTarget<KindCluster>): string[] {
  return [kindControlPlane(fleet, name), ...kindWorkers(fleet, name, cluster.workers)];
}

function names({ fleet, name, cluster }: ClusterByName<KindCluster>): MachineNames {
  const nodes = cluster ? nodesOf({ fleet, name, cluster }) : [];
  const controlPlane = kindControlPlane(fleet, name);
  return {
    kindClusters: [{ name: kindClusterName(fleet, name), controlPlane, nodes, isNeeded: cluster !== undefined }],
  };
}

export const kindProvider: ClusterProvider<KindCluster> = {
  program: () => import('./program.ts'),
  context: ({ fleet, name }) => kindContext(fleet, name),
  start: (target) => startStopped(nodesOf(target)),
  kept: () => undefined,
  receiverAddress: ({ fleet, name }) => `http://${kindControlPlane(fleet, name)}:${receiverNodePort}`,
  needs: (target) => ({
    ports: kindModel.hostPorts(target.cluster).map(({ port, path }) => ({
      port: Number(port),
      place: `clusters.${target.name}.${path}`,
      owners: nodesOf(target),
    })),
    nodes: nodesOf(target).length,
  }),
  names,
  removal: ({ fleet, name, cluster }, objects) => {
    const isIt = (object: ExaminedObject) => object.cluster && object.name === kindClusterName(fleet, name);
    const mark = objects.find((object) => isIt(object) && isOurs(object))?.cluster?.generation;
    if (!mark) return undefined;
    if (!cluster) return 'fleet.ts no longer has it';
    if (mark === adoptedGeneration || isMadeFrom(settings({ fleet, name, cluster }), mark)) return undefined;
    return 'it is made again, because its `workers`, its `ports` or the image of its nodes changed';
  },
  cleanUp: async (target) => {
    const { objects } = await examine(target.fleet, names(target));
    for (const object of objects.filter(isOurs)) if (object.cluster) await removeLeftoverCluster(object.name);
  },
};

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
