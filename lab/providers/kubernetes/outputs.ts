import { randomBytes } from 'node:crypto';
import type { Props } from '../rpc/values';
import type { KubernetesObject } from './object';

/** The id that the official plugin gives an object. */
export function idOf({ metadata: { namespace, name } }: KubernetesObject): string {
  return namespace === undefined ? name! : `${namespace}/${name}`;
}

/** By whom an object was applied, and what. */
export interface Applied {
  readonly fieldManager: string;
  readonly inputs: Props;
}

/** The live object without the API server's managed fields, and the properties that the official plugin adds. */
export function outputsOf(live: KubernetesObject, { fieldManager, inputs }: Applied): Props {
  const metadata = Object.entries(live.metadata).filter(([field]) => field !== 'managedFields');
  return {
    ...live,
    metadata: Object.fromEntries(metadata),
    __fieldManager: fieldManager,
    __initialApiVersion: live.apiVersion,
    __inputs: inputs,
  };
}

export function secretsOf({ apiVersion, kind }: KubernetesObject): string[] {
  return apiVersion === 'v1' && kind === 'Secret' ? ['data', 'stringData', '__inputs'] : [];
}

export function newFieldManager(): string {
  return `pulumi-kubernetes-${randomBytes(4).toString('hex')}`;
}
