import type { Context, Created, CreateRequest, DeleteRequest, Failure, Found } from '../rpc/provider';
import {
  type CheckRequest,
  type ReadRequest,
  type Resource,
  type UpdateRequest,
  unsupportedFields,
} from '../rpc/provider';
import { sameValue } from '../rpc/diff';
import { isProps, type Props } from '../rpc/values';
import { type ContainerInputs, served, servedInside } from './container-inputs';
import { containerOutputs, type ContainerState, defaults, importedInputs, previewed } from './container-outputs';
import { containerSpec, endpoint, updatableSpec } from './container-spec';
import { start, upload } from './container-start';
import { type EngineApi, EngineError } from './engine-api';
import { pullImage } from './remote-image';
import { checkSettings, diffSettings, type Rules } from './settings';

const rules: Rules = {
  defaults,
  mutable: new Set([
    'containerReadRefreshTimeoutMilliseconds',
    'cpuShares',
    'destroyGraceSeconds',
    'maxRetryCount',
    'memory',
    'memoryReservation',
    'memorySwap',
    'mustRun',
    'removeVolumes',
    'restart',
    'start',
    'wait',
    'waitTimeout',
  ]),
  sets: ['envs', 'labels', 'networksAdvanced', 'securityOpts', 'volumes', 'uploads', 'hosts'],
};

/** `docker:index/container:Container`. */
export function containerResource(engine: EngineApi): Resource {
  return {
    check: checkContainer,
    diff: (request) => diffSettings(request, rules),
    create: ({ inputs, preview }: CreateRequest, context) =>
      preview ? Promise.resolve({ id: '', outputs: previewed(inputs) }) : createContainer(engine, inputs, context),
    read: (request) => readContainer(engine, request),
    update: (request, context) => updateContainer(engine, request, context),
    delete: (request) => deleteContainer(engine, request),
  };
}

function checkContainer(request: CheckRequest) {
  const checked = checkSettings(request, served);
  return { ...checked, failures: [...(checked.failures ?? []), ...failuresInside(checked.inputs)] };
}

function failuresInside(inputs: Props): Failure[] {
  return Object.entries(servedInside).flatMap(([field, fields]) => {
    const value = inputs[field];
    const items: unknown[] = Array.isArray(value) ? value : [value];
    return items.filter(isProps).flatMap((item) => unsupportedFields(item, fields, `${field}.`));
  });
}

async function createContainer(engine: EngineApi, props: Props, context: Context): Promise<Created> {
  const inputs = props as unknown as ContainerInputs;
  const id = await make(engine, inputs);
  try {
    for (const network of inputs.networksAdvanced?.slice(1) ?? []) {
      const body = { Container: id, EndpointConfig: endpoint(network) };
      await engine.post(`/networks/${encodeURIComponent(network.name)}/connect`, { body });
    }
    await upload(engine, id, inputs.uploads ?? []);
    if (inputs.start ?? true) await start(engine, { id, inputs }, context);
    const container = await engine.get<ContainerState>(`/containers/${id}/json`);
    return { id, outputs: containerOutputs(props, container) };
  } catch (error) {
    // What is left behind would hold the name, and the next run could not make it again.
    await engine.remove(`/containers/${id}`, { force: 'true', v: 'true' });
    throw error;
  }
}

async function make(engine: EngineApi, inputs: ContainerInputs): Promise<string> {
  const create = () =>
    engine.post<{ Id: string }>('/containers/create', { query: { name: inputs.name }, body: containerSpec(inputs) });
  try {
    return (await create()).Id;
  } catch (error) {
    if (!(error instanceof EngineError) || error.status !== 404 || !/no such image/i.test(error.message)) throw error;
    await pullImage(engine, { name: inputs.image });
    return (await create()).Id;
  }
}

async function readContainer(engine: EngineApi, { id, inputs, state }: ReadRequest): Promise<Found | undefined> {
  const container = await engine.find<ContainerState>(`/containers/${encodeURIComponent(id)}/json`);
  if (!container) return undefined;
  const known = inputs ?? importedInputs(container);
  const expected = inputs !== undefined && (inputs.mustRun ?? true) === true && (inputs.start ?? true) === true;
  const { Running, Restarting } = container.State;
  // A container that should run and does not differs in this field, so that the next update starts it.
  const now = expected && !Running && !Restarting ? { ...known, mustRun: false } : known;
  return { id: container.Id, inputs: now, outputs: containerOutputs({ ...state, ...now }, container) };
}

async function updateContainer(engine: EngineApi, request: UpdateRequest, context: Context) {
  const { id, inputs: props, preview } = request;
  // What can change without a new container leaves its ports and addresses as they are.
  if (preview) return { outputs: { ...defaults, ...props, ...unchanged(request) } };
  const inputs = props as unknown as ContainerInputs;
  await engine.post(`/containers/${id}/update`, { body: updatableSpec(inputs) });
  const { State } = await engine.get<ContainerState>(`/containers/${id}/json`);
  const wanted = (inputs.mustRun ?? true) && (inputs.start ?? true);
  if (wanted && !State.Running) await start(engine, { id, inputs }, context);
  const container = await engine.get<ContainerState>(`/containers/${id}/json`);
  return { outputs: containerOutputs(props, container) };
}

/** The outputs that no changed input speaks of. */
function unchanged({ inputs, oldInputs, oldState }: UpdateRequest): Props {
  const kept = Object.entries(oldState).filter(([key]) => sameValue(oldInputs[key], inputs[key]));
  return Object.fromEntries(kept);
}

async function deleteContainer(engine: EngineApi, { id, oldState }: DeleteRequest): Promise<void> {
  const { destroyGraceSeconds, removeVolumes = true } = oldState as unknown as ContainerInputs;
  if (destroyGraceSeconds !== undefined && destroyGraceSeconds > 0) {
    await engine.post(`/containers/${id}/stop`, { query: { t: String(destroyGraceSeconds) } }).catch(gone);
  }
  // The engine may be removing a container with `rm` already.
  await engine.remove(`/containers/${id}`, { force: 'true', v: String(removeVolumes) }).catch(onItsWayOut);
}

function gone(error: unknown): void {
  if (!(error instanceof EngineError && error.status === 404)) throw error;
}

function onItsWayOut(error: unknown): void {
  if (!(error instanceof EngineError && /already in progress/.test(error.message))) throw error;
}
