import type { Context, Found, ReadRequest } from '../rpc/provider';
import { isProps, type Props } from '../rpc/values';
import type { Cluster } from './cluster';
import { Unreachable } from './cluster-api';
import { driftedInputs } from './drift';
import type { Kind } from './kinds';
import type { KubernetesObject, Metadata } from './object';
import { idOf, newFieldManager, outputsOf, secretsOf } from './outputs';
import { KindMissing } from './waiting';

/** What the API server puts into an object's metadata by itself. */
const servers = ['creationTimestamp', 'generation', 'managedFields', 'resourceVersion', 'selfLink', 'uid'];
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

interface Reading {
  readonly request: ReadRequest;
  readonly context: Context;
}

/** The object as it is in the cluster; undefined when it, its kind, or (where so configured) the cluster is gone. */
export async function readObject(kind: Kind, cluster: Cluster, reading: Reading): Promise<Found | undefined> {
  const { id, inputs, state } = reading.request;
  try {
    const { path } = await cluster.place(kind, metadataOf(id, state));
    const live = await cluster.api.find<KubernetesObject>(path);
    return live && found(live, reading.request);
  } catch (error) {
    if (error instanceof KindMissing) return undefined;
    if (!(error instanceof Unreachable)) throw error;
    if (cluster.settings.deleteUnreachable) {
      reading.context.log('warning', `${error.message}; the object is taken for deleted`);
      return undefined;
    }
    if (!cluster.settings.skipUpdateUnreachable || !state) throw new Error(`${error.message}\n${WAY_OUT}`);
    return { id, inputs: inputs ?? {}, outputs: state };
  }
}

export const WAY_OUT =
  'If the cluster was deleted, run again with PULUMI_K8S_DELETE_UNREACHABLE=true, or set deleteUnreachable on the provider.';

/** An object's name and namespace, from its state or, on import, from its id. */
export function metadataOf(id: string, state: Props | undefined): Metadata {
  if (state && isProps(state.metadata)) return state.metadata;
  const [namespace, name] = id.includes('/') ? id.split('/') : [undefined, id];
  return { name, namespace };
}

function found(live: KubernetesObject, { inputs, state }: ReadRequest): Found {
  const manager = state?.__fieldManager;
  const fieldManager = typeof manager === 'string' ? manager : newFieldManager();
  const read = inputs ? driftedInputs(inputs, state ?? {}, live) : imported(live);
  const outputs = outputsOf(live, { fieldManager, inputs: read });
  return { id: idOf(live), inputs: read, outputs, secrets: secretsOf(live) };
}

/** The inputs that give this object. */
function imported(live: KubernetesObject): Props {
  const object = Object.fromEntries(Object.entries(live).filter(([field]) => field !== 'status'));
  const metadata = Object.entries(live.metadata).filter(([key]) => !servers.includes(key));
  const { annotations, ...rest } = Object.fromEntries(metadata);
  const notes = Object.entries((annotations ?? {}) as Props).filter(([key]) => key !== LAST_APPLIED);
  const kept = notes.length > 0 ? { annotations: Object.fromEntries(notes) } : {};
  return { ...object, metadata: { ...rest, ...kept } };
}
