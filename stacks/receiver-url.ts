import { createHash } from 'node:crypto';

import { fluxNamespace, fluxRoot } from '../model';

/**
 * The address by which a push is announced to a cluster. Whoever knows it may call it, so it is a secret:
 * https://fluxcd.io/flux/components/notification/receivers/#generic-receiver
 *
 * @param address of the Receiver's port
 */
export function receiverUrl(address: string, token: string): string {
  const path = createHash('sha256').update(`${token}${fluxRoot}${fluxNamespace}`).digest('hex');
  return `${address}/hook/${path}`;
}
