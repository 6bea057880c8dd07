import type { ApiObject } from './kubernetes/api';
import type { ClusterClient, Condition, FluxObject } from './cluster-client';

/** What still exists of a Flux Kustomization that is being removed, with the finalizers that hold it. */
export async function stuckObjects(client: ClusterClient, removed: FluxObject | undefined): Promise<string[]> {
  const entries = removed?.status?.inventory?.entries ?? [];
  const found = await Promise.all(
    entries.map(async ({ id, v }) => {
      const [namespace, name, group, kind] = id.split('_') as [string, string, string, string];
      const header = { apiVersion: group ? `${group}/${v}` : v, kind, metadata: { name, namespace } };
      const object = await client.objects.read(header).catch(() => undefined);
      return object?.metadata?.deletionTimestamp ? describe(object, kind) : undefined;
    }),
  );
  return found.filter((each) => each !== undefined);
}

function describe({ metadata, ...rest }: ApiObject, kind: string): string {
  const name = [kind, metadata?.namespace, metadata?.name].filter(Boolean).join('/');
  const finalizers = metadata?.finalizers ?? [];
  // A namespace says itself what is left in it.
  const { status: state } = rest as { readonly status?: { readonly conditions?: readonly Condition[] } };
  const left = state?.conditions?.filter(({ type, status }) => /(Remaining|Failure)$/.test(type) && status === 'True');
  const reasons = [
    ...(finalizers.length > 0 ? [`finalizer ${finalizers.join(', ')}`] : []),
    ...(left ?? []).map(({ message = '' }) => message),
  ];
  return reasons.length > 0 ? `${name} (${reasons.join('; ')})` : name;
}
