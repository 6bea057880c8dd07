import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../rpc/provider';
import { ApiError, type ClusterApi } from './cluster-api';
import { annotation, label, type KubernetesObject } from './object';
import { type Missing, readinessOf } from './readiness';
import { rollouts, unreadyPods } from './rollout';

const FIRST_POLL_MS = 60;
const SLOWEST_POLL_MS = 1000;
const TEN_MINUTES = 600_000;

/** How long an operation may take: the program's timeout, else the object's own, else ten minutes. */
export function patience(object: KubernetesObject, timeout: number | undefined): number {
  const own = Number(annotation(object, 'timeoutSeconds'));
  return timeout ?? (own > 0 ? own * 1000 : TEN_MINUTES);
}

export function skipsAwait(object: KubernetesObject): boolean {
  return annotation(object, 'skipAwait') === 'true';
}

export interface Wait {
  readonly api: ClusterApi;
  readonly path: string;
  readonly timeoutMs: number;
  readonly context: Context;
}

/**
 * Waits until an object is ready, and gives it as it then is.
 *
 * @throws with what is missing, and why its pods are not ready, when it is not in time
 */
export async function untilReady(object: KubernetesObject, wait: Wait): Promise<KubernetesObject> {
  const check = readinessOf(object);
  if (!check || skipsAwait(object)) return object;
  let live = object;
  let missing: Missing = [];
  const ready = await poll(async () => {
    const found = await wait.api.find<KubernetesObject>(wait.path);
    if (!found) throw new Error(`${label(object)} was deleted by somebody else`);
    live = found;
    missing = await check(live, wait.api);
    return missing.length === 0 ? live : undefined;
  }, wait);
  if (ready) return ready;
  const isWorkload = `${object.apiVersion}/${object.kind}` in rollouts;
  const pods = isWorkload ? await unreadyPods(live, wait.api) : [];
  const why = [...missing, ...pods].map((line) => `\n  - ${line}`).join('');
  throw new Error(`${label(object)} is not ready after ${Math.round(wait.timeoutMs / 1000)} s:${why}`);
}

/** Waits until an object is gone. */
export async function untilGone(object: KubernetesObject, wait: Wait): Promise<void> {
  let live: KubernetesObject | undefined;
  const gone = await poll(async () => {
    live = await wait.api.find<KubernetesObject>(wait.path);
    return !live || live.metadata.uid !== object.metadata.uid || undefined;
  }, wait);
  if (gone) return;
  const held = live?.metadata.finalizers?.join(', ') ?? '';
  const conditions = live?.status?.conditions?.filter(({ status }) => status === 'True') ?? [];
  const why = conditions.map(({ message }) => `\n  - ${message ?? ''}`).join('');
  const seconds = Math.round(wait.timeoutMs / 1000);
  throw new Error(`${label(object)} is still there after ${seconds} s; finalizers: ${held || 'none'}${why}`);
}

/** Does something until it succeeds, as long as its failures are of the kind that pass. */
export async function retrying<T>(work: () => Promise<T>, wait: Omit<Wait, 'path' | 'api'>): Promise<T> {
  let failure: unknown;
  const done = await poll(async () => {
    try {
      return { result: await work() };
    } catch (error) {
      if (!isPremature(error)) throw error;
      failure = error;
      return undefined;
    }
  }, wait);
  if (done) return done.result;
  throw failure;
}

/** Its kind is not served yet. */
export class KindMissing extends Error {}

/** What an object needs may have been applied only a moment ago: its kind, its namespace, a webhook. */
function isPremature(error: unknown): boolean {
  if (error instanceof KindMissing) return true;
  if (!(error instanceof ApiError)) return false;
  if (error.status === 404) return true;
  return error.status === 500 && /failed calling webhook|etcdserver|leader changed/.test(error.message);
}

/**
 * Asks immediately, then less and less often, until there is an answer or the time is over.
 *
 * @throws when the user interrupts
 */
async function poll<T>(
  ask: () => Promise<T | undefined>,
  { timeoutMs, context }: Omit<Wait, 'path' | 'api'>,
): Promise<T | undefined> {
  const deadline = Date.now() + timeoutMs;
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(pause * 1.4, SLOWEST_POLL_MS)) {
    const answer = await ask();
    if (answer !== undefined || Date.now() + pause > deadline) return answer;
    await sleep(pause, undefined, { signal: context.cancelled });
  }
}
