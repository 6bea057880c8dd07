import { parse } from 'yaml';

import { clusterFolder, decryptionSecret, FleetError, fluxNamespace, fluxRoot, inFolder } from '../model';
import { apiError } from './api-error';
import { ClusterClient, type FluxObject } from './cluster-client';
import { isUnit } from './commit-state';
import { unitsIn } from './published-units';
import type { RepositoryCopy } from './repository';
import { waitUntil } from './wait';

const decryption = { provider: 'sops', secretRef: { name: decryptionSecret } } as const;

/** The clusters that may have to be prepared, and what prepares those that do not answer. */
export interface PrepareProps {
  /** Those that were brought up. */
  readonly clusters: readonly string[];
  /** The kubeconfig of a cluster, as a file. */
  readonly kubeconfig: (cluster: string) => string;
  readonly copy: RepositoryCopy;
  /** Whether a cluster that does not answer is still there: one that is gone is made again, and applies nothing old. */
  readonly isThere: (cluster: string) => Promise<boolean>;
  /** Starts a cluster that has stopped. @default - it is refused */
  readonly start?: (cluster: string) => Promise<void>;
}

/**
 * Prepares clusters for the next commit: see {@link prepareCluster}. One that does not answer needs it only where the
 * last commit is of an earlier version.
 *
 * @throws FleetError for a cluster that needs it and does not answer
 */
export async function prepareClusters(props: PrepareProps): Promise<void> {
  const { clusters, kubeconfig, copy, isThere } = props;
  const prepare = (name: string) => prepareCluster(new ClusterClient(name, kubeconfig(name)));
  const failures = await Promise.all(
    clusters.map((name) =>
      prepare(name).then(
        () => undefined,
        (error: unknown) => ({ name, error }),
      ),
    ),
  );
  const silent = failures.filter((failure) => failure !== undefined);
  const tip = silent.length > 0 ? await copy.healed(() => copy.fetch()) : undefined;
  if (tip === undefined) return;
  for (const { name, error } of silent) {
    if ((await isPreparedIn(copy, tip, name)) || !(await isThere(name))) continue;
    if (!props.start) throw unprepared(name, error);
    await props.start(name);
    await waitUntil({
      place: `cluster ${name}`,
      timeout: 120_000,
      missing: () => prepare(name).then(() => []),
      next: 'See why it does not answer, or remove it from `fleet.ts`: the next commit needs it prepared first',
    });
  }
}

function unprepared(cluster: string, error: unknown): FleetError {
  return new FleetError({
    place: `cluster ${cluster}`,
    problem:
      `it does not answer (${apiError(error)?.reason ?? String(error)}), and an earlier version brought it up: when it comes ` +
      'back, it would apply the new commit as that version did, without decryption',
    next: 'Run `npm run up`, which starts it and prepares it first',
  });
}

/** Whether what a cluster applied at a commit was of this version. */
async function isPreparedIn(copy: RepositoryCopy, commit: string, cluster: string): Promise<boolean> {
  for (const unit of await unitsIn(copy, cluster, commit)) {
    const path = inFolder(copy.layout.folder, `${clusterFolder(cluster)}/${unit}.yaml`);
    const text = await copy.git(['show', `${commit}:${path}`]);
    const { spec = {} } = (parse(text) ?? {}) as Partial<FluxObject>;
    if (!isPrepared({ spec })) return false;
  }
  return true;
}

/**
 * Prepares a cluster that an earlier version of this program brought up for the next commit. Flux applies a commit with the
 * specification that a Flux Kustomization has before it, and the earlier ones neither decrypt before the first secret nor
 * wait for the root. So the API gets now what the commit has as well: published together, it would come too late.
 */
export async function prepareCluster(client: ClusterClient): Promise<void> {
  const unprepared = (await client.list('Kustomization')).filter((object) => isUnit(object) && !isPrepared(object));
  if (unprepared.length === 0) return;
  const header = { apiVersion: 'v1', kind: 'Secret', metadata: { name: decryptionSecret, namespace: fluxNamespace } };
  const hasKeys = await client.objects.read(header).then(
    () => true,
    () => false,
  );
  await Promise.all(
    unprepared.map(({ kind, metadata, spec: { dependsOn = [] } }) => {
      const others = dependsOn.filter(({ name }) => name !== fluxRoot);
      const spec = { dependsOn: [{ name: fluxRoot }, ...others], ...(hasKeys && { decryption }) };
      return client.merge(kind, metadata, { spec });
    }),
  );
}

function isPrepared({ spec }: Pick<FluxObject, 'spec'>): boolean {
  return spec.decryption !== undefined && (spec.dependsOn ?? []).some(({ name }) => name === fluxRoot);
}
