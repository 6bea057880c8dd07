import { setTimeout as sleep } from 'node:timers/promises';
import { sideBySide } from '../machine/all-of';
import { apiError } from './api-error';
import { ClusterClient } from './cluster-client';
import { isKubeconfig } from './kubeconfig';

/** A cluster and what was found in it; or why it does not answer. */
export type Reached<T> =
  { readonly cluster: string; readonly found: T } | { readonly cluster: string; readonly unreachable: string };

/** How long a cluster may take to answer, in ms. */
export const reachTimeout = 4500;

/** How many clusters are asked at a time. */
const width = 100;

/** A cluster, and the kubeconfig that its stack writes. */
export interface ClusterAccess {
  readonly name: string;
  readonly kubeconfig: string;
}

/**
 * Reads something of each cluster, all side by side. One that does not answer is named, and holds up no other.
 *
 * @param seen is told of each cluster as soon as it has answered, or has not
 */
export async function readClusters<T>(
  clusters: readonly ClusterAccess[],
  read: (client: ClusterClient) => Promise<T>,
  seen: (cluster: Reached<T>) => void = () => undefined,
): Promise<Reached<T>[]> {
  const one = async ({ name: cluster, kubeconfig }: ClusterAccess): Promise<Reached<T>> => {
    const work = async () => read(openClient(cluster, kubeconfig));
    const reached: Reached<T> = await reach(work).then(
      (found) => ({ cluster, found }),
      (error: unknown) => ({ cluster, unreachable: unreachable(error) }),
    );
    seen(reached);
    return reached;
  };
  return sideBySide(clusters, one, width);
}

/** @throws AbsentError for a cluster that is not up yet */
export function openClient(name: string, kubeconfig: string, timeout?: number): ClusterClient {
  if (!isKubeconfig(kubeconfig)) throw new AbsentError();
  return new ClusterClient(name, kubeconfig, timeout);
}

/** A cluster has no kubeconfig. */
export class AbsentError extends Error {
  constructor() {
    super('it is not up yet: run `npm run up`');
  }
}

/** Does what asks a cluster, and gives up when it takes too long. @throws SilentError */
export async function reach<T>(work: () => Promise<T>, timeout = reachTimeout): Promise<T> {
  const end = new AbortController();
  try {
    return await Promise.race([
      work(),
      sleep(timeout, undefined, { signal: end.signal }).then(() => {
        throw new SilentError(timeout);
      }),
    ]);
  } finally {
    end.abort();
  }
}

/** A cluster did not answer in its time. */
export class SilentError extends Error {
  constructor(timeout: number) {
    super(`no answer in ${timeout / 1000} s`);
  }
}

/** Why a cluster does not answer, in a few words. @throws what is no fault of the cluster's */
export function unreachable(error: unknown): string {
  if (error instanceof SilentError || error instanceof AbsentError) return error.message;
  const known = apiError(error);
  if (!known) throw error;
  return known.reason;
}
