import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../rpc/provider';
import type { ContainerInputs, Upload } from './container-inputs';
import type { ContainerState } from './container-outputs';
import type { EngineApi } from './engine-api';
import { tar } from './tar';

const POLL_MS = 50;
/** A container that has run for this long has started. */
const SETTLED_MS = 200;
const LOG_LINES = 20;
/** After this many restarts, waiting does not help any more. */
const HOPELESS_RESTARTS = 3;

/** Copies files into a container. */
export async function upload(engine: EngineApi, id: string, uploads: readonly Upload[]): Promise<void> {
  if (uploads.length === 0) return;
  const archive = tar(
    uploads.map((file) => ({
      path: file.file.replace(/^\/+/, ''),
      mode: mode(file),
      content: content(file),
    })),
  );
  await engine.put(`/containers/${id}/archive`, { query: { path: '/' }, archive });
}

/**
 * Starts a container and waits until it runs and, if requested, is healthy.
 *
 * @throws with the container's last lines of output when it stops immediately, or is not healthy in time
 */
export async function start(
  engine: EngineApi,
  { id, inputs }: { id: string; inputs: ContainerInputs },
  context: Context,
): Promise<void> {
  await engine.post(`/containers/${id}/start`);
  if (inputs.mustRun ?? true) await untilRunning(engine, { id, inputs }, context);
  if (inputs.wait) await untilHealthy(engine, { id, inputs }, context);
}

async function untilRunning(
  engine: EngineApi,
  { id, inputs }: { id: string; inputs: ContainerInputs },
  context: Context,
): Promise<void> {
  const allowed = inputs.containerReadRefreshTimeoutMilliseconds ?? 15_000;
  const began = Date.now();
  let since: number | undefined;
  while (Date.now() - began < allowed) {
    const { State, RestartCount } = await engine.get<ContainerState>(`/containers/${id}/json`);
    if (State.Status === 'exited' || State.Status === 'dead' || RestartCount > 0) {
      const output = await engine.logs(id, LOG_LINES);
      throw new Error(`the container ${inputs.name} stopped immediately, with exit code ${State.ExitCode}\n${output}`);
    }
    since = State.Running ? (since ?? Date.now()) : undefined;
    if (since !== undefined && Date.now() - since >= SETTLED_MS) return;
    await sleep(POLL_MS, undefined, { signal: context.cancelled });
  }
  const output = await engine.logs(id, LOG_LINES);
  throw new Error(`the container ${inputs.name} did not keep running within ${allowed} ms\n${output}`);
}

async function untilHealthy(
  engine: EngineApi,
  { id, inputs }: { id: string; inputs: ContainerInputs },
  context: Context,
): Promise<void> {
  const seconds = inputs.waitTimeout ?? 60;
  const began = Date.now();
  const deadline = began + seconds * 1000;
  for (;;) {
    const { State, RestartCount } = await engine.get<ContainerState>(`/containers/${id}/json`);
    if (!State.Health) throw new Error(`the container ${inputs.name} has no health check to wait for`);
    if (State.Health.Status === 'healthy') return;
    if (Date.now() > deadline || RestartCount >= HOPELESS_RESTARTS) {
      const probe = State.Health.Log?.at(-1)?.Output.trim() ?? '';
      const output = [probe, await engine.logs(id, LOG_LINES)].join('\n');
      const after = `after ${Math.round((Date.now() - began) / 1000)} s and ${RestartCount} restarts`;
      throw new Error(`the container ${inputs.name} is ${State.Health.Status}, not healthy, ${after}\n${output}`);
    }
    await sleep(2 * POLL_MS, undefined, { signal: context.cancelled });
  }
}

function mode({ permissions, executable }: Upload): number {
  if (permissions !== undefined) return Number.parseInt(permissions, 8);
  return executable ? 0o744 : 0o644;
}

function content({ file, content, contentBase64, source }: Upload): Buffer {
  if (content !== undefined) return Buffer.from(content);
  if (contentBase64 !== undefined) return Buffer.from(contentBase64, 'base64');
  if (source !== undefined) return readFileSync(source);
  throw new Error(`the upload ${file} needs content, contentBase64 or source`);
}
