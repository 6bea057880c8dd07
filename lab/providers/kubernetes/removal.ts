import type { Context, DeleteRequest } from '../rpc/provider';
import type { Cluster } from './cluster';
import { ApiError, Unreachable } from './cluster-api';
import type { Kind } from './kinds';
import { annotation, type KubernetesObject, label, type List } from './object';
import { metadataOf, WAY_OUT } from './reading';
import { KindMissing, patience, skipsAwait, untilGone } from './waiting';

interface Removal {
  readonly request: DeleteRequest;
  readonly context: Context;
}

/** Deletes an object and waits until it is gone. What is gone already, with its kind or its namespace, is fine. */
export async function removeObject(kind: Kind, cluster: Cluster, { request, context }: Removal): Promise<void> {
  const { id, oldState, oldInputs, timeout } = request;
  const object = { ...kind, ...oldState, metadata: metadataOf(id, oldState) } as KubernetesObject;
  const how = Object.keys(oldInputs).length > 0 ? oldInputs : oldState;
  try {
    const { path } = await cluster.place(kind, object.metadata);
    const propagationPolicy = annotation(how, 'deletionPropagationPolicy')?.replace(/^./, (c) => c.toUpperCase());
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: propagationPolicy ?? 'Foreground' };
    const answer = await cluster.api.request<KubernetesObject | List>('DELETE', path, { body });
    // Some objects are removed immediately; the response is then a status without the object.
    if (skipsAwait(how as unknown as KubernetesObject) || !('metadata' in answer)) return;
    const timeoutMs = patience(how as unknown as KubernetesObject, timeout);
    await untilGone(object, { api: cluster.api, path, timeoutMs, context });
  } catch (error) {
    if (error instanceof KindMissing) return;
    if (error instanceof ApiError && error.status === 404) return;
    if (!(error instanceof Unreachable)) throw error;
    if (!cluster.settings.deleteUnreachable) throw new Error(`${error.message}\n${WAY_OUT}`);
    context.log('warning', `${error.message}; ${label(object)} is removed from the state only`);
  }
}
