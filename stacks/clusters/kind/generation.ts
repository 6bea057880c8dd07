import { spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';

import { FleetError, generationMark } from '../../../model';

/** Reads the mark of a cluster; undefined where there is no such cluster, or one that was not completed. */
export type ReadMark = (controlPlane: string) => string | undefined;

/**
 * The identity of a cluster, by which Pulumi knows whether it is still the one that it made: the mark on the cluster
 * that is there if it was made from the same settings, else a new one. It starts with a hash of the settings, so that a
 * change of them makes a different cluster.
 */
export function generation(controlPlane: string, settings: object, readMark: ReadMark = markOnNode): string {
  const origin = createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 12);
  const mark = readMark(controlPlane);
  return mark?.startsWith(`${origin}-`) ? mark : `${origin}-${randomUUID()}`;
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
