import { existsSync } from 'node:fs';
import { ClusterClient } from './cluster-client';

interface Definition {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
}

/** How many objects are shown by name. */
const most = 5;

/**
 * What is deleted with a definition of custom resources in a cluster, as a clause; undefined where there is nothing of its
 * kind, or no such definition.
 */
export async function definedObjects(cluster: string, kubeconfig: string, name: string): Promise<string | undefined> {
  if (!existsSync(kubeconfig)) return undefined;
  try {
    const { objects } = new ClusterClient(cluster, kubeconfig);
    const { items } = await objects.list<Definition>('apiextensions.k8s.io/v1', 'CustomResourceDefinition');
    const definition = items.find(({ metadata }) => metadata.name === name);
    const version = definition?.spec.versions.find(({ served }) => served)?.name;
    if (!definition || !version) return undefined;
    const { group, names } = definition.spec;
    const held = (await objects.list(`${group}/${version}`, names.kind)).items.map(({ metadata }) =>
      [metadata.namespace, metadata.name].filter(Boolean).join('/'),
    );
    const more = held.length > most ? ` and ${held.length - most} more` : '';
    return held.length > 0 ? `${names.kind} ${held.slice(0, most).join(', ')}${more}` : undefined;
  } catch {
    return 'the cluster does not answer, so its objects are not known';
  }
}
