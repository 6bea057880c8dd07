import { randomBytes } from 'node:crypto';
import type { Props } from '../rpc/values';
import type { KubernetesObject } from './object';

/** The id that the official plugin gives an object. */
export function idOf({ metadata: { namespace, name } }: KubernetesObject): string {
  return namespace === undefined ? name! : `${namespace}/${name}`;
}

/** The live object, without the API server's own book-keeping. */
export function outputsOf(live: KubernetesObject, fieldManager: string): Props {
  const metadata = Object.entries(live.metadata).filter(([field]) => field !== 'managedFields');
  return {
    ...live,
    metadata: Object.fromEntries(metadata),
    __fieldManager: fieldManager,
    __initialApiVersion: live.apiVersion,
  };
}

export function secretsOf({ apiVersion, kind }: KubernetesObject): string[] {
  return apiVersion === 'v1' && kind === 'Secret' ? ['data', 'stringData'] : [];
}

export function newFieldManager(): string {
  return `pulumi-kubernetes-${randomBytes(4).toString('hex')}`;
}
