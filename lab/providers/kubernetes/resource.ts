import { randomName } from '../rpc/names';
import { type Checked, type CheckRequest, type Context, type Created, type CreateRequest } from '../rpc/provider';
import { PartlyDone, type Resource, unsupported, type UpdateRequest } from '../rpc/provider';
import { hasUnknown, isProps, isUnknown, type Props } from '../rpc/values';
import { apply, forces } from './apply';
import type { Cluster } from './cluster';
import { ApiError, Unreachable } from './cluster-api';
import { isOwnNamespaced, type Kind } from './kinds';
import { annotation, type KubernetesObject, label } from './object';
import { idOf, newFieldManager, outputsOf, secretsOf } from './outputs';
import { removeObject } from './removal';
import { diffObject } from './replacement';
import { readObject } from './reading';
import { patience, retrying, untilReady } from './waiting';

/** What an object needs may come a moment later than itself; for so long it is tried again. */
const PREMATURE_MS = 30_000;

/** The life of a Kubernetes object of one kind. `cluster` gives the cluster that is configured at the time. */
export function kubernetesResource(kind: Kind, cluster: () => Cluster): Resource {
  return {
    check: (request) => checkObject(kind, cluster(), request),
    diff: (request) => {
      const { settings, defaultNamespace } = cluster();
      return diffObject(request, {
        mutableConfigMaps: settings.enableConfigMapMutable,
        mutableSecrets: settings.enableSecretMutable,
        defaultNamespace,
      });
    },
    create: (request, context) => createObject(kind, cluster(), { request, context }),
    read: (request, context) => readObject(kind, cluster(), { request, context }),
    update: (request, context) => updateObject(kind, cluster(), { request, context }),
    delete: (request, context) => removeObject(kind, cluster(), { request, context }),
  };
}

function checkObject(kind: Kind, cluster: Cluster, { olds, news, name, randomSeed }: CheckRequest): Checked {
  if (isUnknown(news.metadata)) return { inputs: news };
  const given = isProps(news.metadata) ? news.metadata : {};
  if (given.generateName !== undefined) {
    return { inputs: news, failures: [{ property: 'metadata', reason: unsupported('metadata.generateName').message }] };
  }
  const metadata = given.name === undefined ? named(given, { olds, name, randomSeed }) : { ...given };
  if (metadata.namespace === undefined && isOwnNamespaced(kind)) metadata.namespace = cluster.defaultNamespace;
  return { inputs: { ...news, ...kind, metadata } };
}

/** An object without a name gets one of its own, and keeps it. */
function named(metadata: Props, { olds, name, randomSeed }: Pick<CheckRequest, 'olds' | 'name' | 'randomSeed'>): Props {
  const before = isProps(olds.metadata) && annotation(olds, 'autonamed') === 'true' ? olds.metadata.name : undefined;
  const annotations = { ...(metadata.annotations as Props | undefined), 'pulumi.com/autonamed': 'true' };
  return { ...metadata, name: before ?? randomName(name, 8, randomSeed), annotations };
}

interface Change<Request> {
  readonly request: Request;
  readonly context: Context;
}

async function createObject(kind: Kind, cluster: Cluster, change: Change<CreateRequest>): Promise<Created> {
  const { inputs, preview } = change.request;
  const fieldManager = annotation(inputs, 'patchFieldManager') ?? newFieldManager();
  if (preview) return { id: '', outputs: { ...inputs, __fieldManager: fieldManager } };
  const object = inputs as unknown as KubernetesObject;
  const { metadata } = object;
  const waiting = { timeoutMs: PREMATURE_MS, context: change.context };
  // Looked for once: a repeated attempt must not take the object for somebody else's.
  const { path } = await retrying(() => cluster.place(kind, metadata), waiting);
  if (!cluster.settings.upsertExistingObjects && (await cluster.api.find(path))) {
    throw new Error(
      `${label(object)} already exists. Import it, or set upsertExistingObjects on the provider to take it over.`,
    );
  }
  const live = await retrying(() => applyTo(kind, cluster, { inputs, fieldManager, context: change.context }), waiting);
  return finish(cluster, { live, path, fieldManager }, change);
}

async function updateObject(kind: Kind, cluster: Cluster, change: Change<UpdateRequest>): Promise<Created> {
  const { id, inputs, oldState, preview } = change.request;
  const own = annotation(inputs, 'patchFieldManager') ?? oldState.__fieldManager;
  const fieldManager = typeof own === 'string' ? own : newFieldManager();
  if (preview && hasUnknown(inputs)) return { id, outputs: { ...oldState, ...inputs } };
  try {
    const { metadata } = inputs as unknown as KubernetesObject;
    const { path } = await cluster.place(kind, metadata);
    const live = await applyTo(kind, cluster, { inputs, fieldManager, context: change.context, dryRun: preview });
    if (preview) return { id, outputs: outputsOf(live, { fieldManager, inputs }) };
    return await finish(cluster, { live, path, fieldManager }, change);
  } catch (error) {
    if (preview && error instanceof ApiError && error.status === 404)
      return { id, outputs: { ...oldState, ...inputs } };
    if (!(error instanceof Unreachable) || !cluster.settings.skipUpdateUnreachable) throw error;
    change.context.log('warning', `${error.message}; the object is left as it was`);
    return { id, outputs: oldState };
  }
}

interface Write {
  readonly inputs: Props;
  readonly fieldManager: string;
  readonly context: Context;
  readonly dryRun?: boolean;
}

async function applyTo(kind: Kind, cluster: Cluster, write: Write): Promise<KubernetesObject> {
  const { inputs, fieldManager, context, dryRun } = write;
  const { metadata } = inputs as unknown as KubernetesObject;
  const place = await cluster.place(kind, metadata);
  const force = forces(inputs, cluster.settings.enablePatchForce);
  return apply(cluster.api, { ...place, inputs, fieldManager, force, dryRun, warn: cluster.warn(context) });
}

interface Written {
  readonly live: KubernetesObject;
  readonly path: string;
  readonly fieldManager: string;
}

/** Waits until the object is ready. One that is not stays in the state, so that the next run continues with it. */
async function finish(
  cluster: Cluster,
  { live, path, fieldManager }: Written,
  { request, context }: Change<CreateRequest>,
): Promise<Created> {
  const made = (object: KubernetesObject): Created => ({
    id: idOf(object),
    outputs: outputsOf(object, { fieldManager, inputs: request.inputs }),
    secrets: secretsOf(object),
  });
  const timeoutMs = patience(request.inputs as unknown as KubernetesObject, request.timeout);
  try {
    return made(await untilReady(live, { api: cluster.api, path, timeoutMs, context }));
  } catch (error) {
    const latest = await cluster.api.find<KubernetesObject>(path).catch(() => undefined);
    throw new PartlyDone((error as Error).message, made(latest ?? live));
  }
}
