import { spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';

import { FleetError, generationMark, nodeNames } from '../../model';

/** Reads the mark that a cluster bears; undefined where there is no such cluster, or a half-made one. */
export type ReadMark = (controlPlane: string) => string | undefined;

/**
 * The identity of a cluster, by which Pulumi knows whether it is still the one that it made: the mark on the cluster
 * that stands there if it was made as we would make it now, else a new one. It begins with what the cluster is made
 * from, so a change of that makes it a different cluster.
 */
export function generation(cluster: string, madeFrom: object, readMark: ReadMark = markOnNode): string {
  const origin = createHash('sha256').update(JSON.stringify(madeFrom)).digest('hex').slice(0, 12);
  const mark = readMark(nodeNames(cluster, { workers: 0 })[0]!);
  return mark?.startsWith(`${origin}-`) ? mark : `${origin}-${randomUUID()}`;
}

function markOnNode(controlPlane: string): string | undefined {
  // `docker cp` reads from stopped containers too, and writes a tar archive: a header of 512 bytes, then the file.
  const { status, stdout, stderr } = spawnSync('docker', ['cp', `${controlPlane}:${generationMark}`, '-']);
  if (status === 0) return stdout.toString('utf8', 512).split('\n')[0];
  const answer = String(stderr).trim();
  if (/no such container|could not find the file/i.test(answer)) return undefined;
  // Not to know is not to say that it is gone: the cluster would be deleted.
  throw new FleetError({
    place: `container ${controlPlane}`,
    problem: `whether the cluster stands cannot be told: ${answer || 'docker cannot be run'}`,
    next: 'See that `docker ps` works, and run the same command again',
  });
}
