import { createHash } from 'node:crypto';

import { fluxNamespace, fluxRoot } from '../model';

/**
 * The address by which a push is announced to a cluster. It is a secret, because it needs no other credentials:
 * https://fluxcd.io/flux/components/notification/receivers/#generic-receiver
 *
 * @param address of the Receiver's port
 */
export function receiverUrl(address: string, token: string): string {
  const path = createHash('sha256').update(`${token}${fluxRoot}${fluxNamespace}`).digest('hex');
  return `${address}/hook/${path}`;
}
