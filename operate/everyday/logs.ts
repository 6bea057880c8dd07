import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterClient } from '../cluster-client';
import type { ApiObject } from '../kubernetes/api';
import { podsOf } from '../status/pods';
import { workloadsOf } from './restart';

export interface LogsProps {
  readonly client: ClusterClient;
  readonly app: string;
  /** How many of the last lines of each container. */
  readonly tail: number;
  /** Whether to go on with what is written from now on, also by pods that start later. */
  readonly follow: boolean;
  /** Is told of each line, with its pod and container. */
  readonly print: (origin: Origin, line: string) => void;
  readonly signal?: AbortSignal;
}

/** Where a line comes from. */
export interface Origin {
  readonly cluster: string;
  readonly pod: string;
  /** Undefined in a pod of one container. */
  readonly container?: string;
}

interface Pod extends ApiObject {
  readonly spec: { readonly containers: readonly { readonly name: string }[] };
  readonly status?: { readonly phase?: string };
}

/** How often it is looked for new pods, in ms. */
const interval = 2000;

/** What the pods of an app write, in one cluster. */
export async function logs(props: LogsProps): Promise<void> {
  const { client, app, follow, signal } = props;
  const workloads = await workloadsOf(client, app);
  const known = new Set<string>();
  const readers: Promise<void>[] = [];
  do {
    const pods = (await Promise.all(workloads.map((each) => podsOf<Pod>(client, each)))).flat();
    const fresh = pods.filter(({ metadata, status }) => !known.has(metadata.uid!) && status?.phase !== 'Pending');
    for (const pod of fresh) {
      // What a pod has written that starts later is all new.
      const isLater = readers.length > 0 && follow;
      known.add(pod.metadata.uid!);
      readers.push(...pod.spec.containers.map(({ name }) => read(props, pod, { name, all: isLater })));
    }
    if (follow) await sleep(interval, undefined, { signal }).catch(() => undefined);
  } while (follow && !signal?.aborted);
  await Promise.all(readers);
}

async function read(
  { client, follow, tail, print, signal }: LogsProps,
  { metadata, spec }: Pod,
  { name, all }: { name: string; all: boolean },
): Promise<void> {
  const path = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}/log`;
  const query = { container: name, follow: String(follow), ...(!all && { tailLines: String(tail) }) };
  const container = spec.containers.length > 1 ? name : undefined;
  const origin = { cluster: client.name, pod: metadata.name, container };
  try {
    for await (const line of client.objects.lines(path, { query, signal })) print(origin, line);
  } catch (error) {
    if (!signal?.aborted) print(origin, `(its log cannot be read: ${(error as Error).message})`);
  }
}
