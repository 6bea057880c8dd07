import { spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { FleetError, generationMark, type KindCluster, networkName } from '../../../model';
import { variable } from '../../environment';
import type { ClusterTarget } from '../provider';

/** Reads the mark of a cluster; undefined where there is no such cluster, or one that was not completed. */
export type ReadMark = (controlPlane: string) => string | undefined;

/** What a cluster is made from: with other settings, it is made again. */
export function settings({ fleet, cluster }: ClusterTarget<KindCluster>) {
  // The nodes' image: https://kind.sigs.k8s.io/docs/user/quick-start#building-images
  return { config: kindConfig(cluster), image: variable('FLUX_FLEET_NODE_IMAGE'), network: networkName(fleet) };
}

/**
 * The identity of a cluster, by which Pulumi knows whether it is still the one that it made: the mark on the cluster
 * that is there if it was made from the same settings, else a new one. It starts with a hash of the settings, so that a
 * change of them makes a different cluster.
 */
export function generation(controlPlane: string, from: object, readMark: ReadMark = markOnNode): string {
  const mark = readMark(controlPlane);
  return mark && isMadeFrom(from, mark) ? mark : `${origin(from)}-${randomUUID()}`;
}

/** Whether the cluster with this mark was made from these settings. */
export function isMadeFrom(from: object, mark: string): boolean {
  return mark.startsWith(`${origin(from)}-`);
}

function origin(from: object): string {
  return createHash('sha256').update(JSON.stringify(from)).digest('hex').slice(0, 12);
}

function markOnNode(controlPlane: string): string | undefined {
  // `docker cp` reads from stopped containers too, and writes a tar archive: a header of 512 bytes, then the file.
  const { status, stdout, stderr } = spawnSync('docker', ['cp', `${controlPlane}:${generationMark}`, '-']);
  if (status === 0) return stdout.toString('utf8', 512).split('\n')[0];
  const answer = String(stderr).trim();
  if (/no such container|could not find the file/i.test(answer)) return undefined;
  // Without an answer the cluster must count as there: else it would be deleted.
  throw new FleetError({
    place: `container ${controlPlane}`,
    problem: `Docker did not tell whether the cluster is there: ${answer || 'docker cannot be run'}`,
    next: 'Make sure that `docker ps` works, and run the same command again',
  });
}

/** kind's configuration of a cluster: https://kind.sigs.k8s.io/docs/user/configuration */
export function kindConfig({ workers, ports }: KindCluster): object {
  const extraPortMappings = Object.entries(ports).map(([hostPort, containerPort]) => ({
    hostPort: Number(hostPort),
    containerPort,
    listenAddress: '127.0.0.1',
  }));
  return {
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    nodes: [
      { role: 'control-plane', ...(extraPortMappings.length > 0 && { extraPortMappings }) },
      ...Array.from({ length: workers }, () => ({ role: 'worker' })),
    ],
  };
}
