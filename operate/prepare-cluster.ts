import { decryptionSecret, fluxNamespace, fluxRoot } from '../model';
import type { ClusterClient, FluxObject } from './cluster-client';
import { isUnit } from './commit-state';

const decryption = { provider: 'sops', secretRef: { name: decryptionSecret } } as const;

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

function isPrepared({ spec }: FluxObject): boolean {
  return spec.decryption !== undefined && (spec.dependsOn ?? []).some(({ name }) => name === fluxRoot);
}
