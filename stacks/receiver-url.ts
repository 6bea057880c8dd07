import { createHash } from 'node:crypto';

import { nodeNames } from '../model';

/** The port of every node that leads to the receiver of Flux's notification-controller. */
export const receiverNodePort = 32292;

/**
 * The address at which a push is told to a cluster, as the git server sees it. It is a secret, for it is all that is
 * asked. https://fluxcd.io/flux/components/notification/receivers/#generic-receiver
 */
export function receiverUrl(cluster: string, token: string): string {
  const path = createHash('sha256').update(`${token}flux-systemflux-system`).digest('hex');
  return `http://${nodeNames(cluster, { workers: 0 })[0]}:${receiverNodePort}/hook/${path}`;
}
