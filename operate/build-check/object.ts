import { loadAll } from 'js-yaml';
import { parseAllDocuments } from 'yaml';

import { clusterScopedKinds } from '../../model';

/** A Kubernetes object, as much as is known of any. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [key: string]: unknown;
}

/** The documents of YAML that are objects, and what is wrong with the others. */
export function objectsIn(text: string): { objects: KubernetesObject[]; problems: string[] } {
  const objects: KubernetesObject[] = [];
  const { documents, problems } = documentsIn(text);
  for (const value of documents) {
    if (value === null) continue;
    if (isList(value)) {
      objects.push(...value.items.filter((item) => item !== null));
      continue;
    }
    const missing = ['apiVersion', 'kind'].filter((key) => typeof (value as Record<string, unknown>)[key] !== 'string');
    if (typeof value.metadata?.name !== 'string') missing.push('metadata.name');
    if (missing.length > 0) problems.push(`it has an object without ${missing.map((key) => `\`${key}\``).join(', ')}`);
    else objects.push(value as KubernetesObject);
  }
  return { objects, problems };
}

type Documents = (Partial<KubernetesObject> | null)[];

/** What tools print is read by the parser that is five times as fast; what it refuses, by the one that forgives more. */
function documentsIn(text: string): { documents: Documents; problems: string[] } {
  try {
    return { documents: loadAll(text) as Documents, problems: [] };
  } catch {
    const parsed = parseAllDocuments(text, { logLevel: 'silent', uniqueKeys: false });
    // Text without a document gives an object, not a list.
    const all = Array.isArray(parsed) ? parsed : [];
    const problems = all.flatMap(({ errors: [error] }) =>
      error ? `it is not YAML: ${error.message.split('\n')[0]!.replace(/:$/, '')}` : [],
    );
    const sound = all.filter(({ errors }) => errors.length === 0);
    return { documents: sound.map((one) => one.toJS({ maxAliasCount: -1 }) as Documents[0]), problems };
  }
}

function isList(value: Partial<KubernetesObject>): value is { readonly items: KubernetesObject[] } & KubernetesObject {
  return typeof value.kind === 'string' && value.kind.endsWith('List') && Array.isArray(value['items']);
}

/** `apps` of `apps/v1`; empty for the core group. */
export function groupOf({ apiVersion }: KubernetesObject): string {
  return apiVersion.includes('/') ? apiVersion.split('/')[0]! : '';
}

/** An object as people write it: `Deployment web`. */
export function title({ kind, metadata }: KubernetesObject): string {
  return `${kind} \`${metadata.name}\``;
}

/** By `Kind.group`, whether the kinds that a cluster's definitions define have a namespace. */
export function definedScopes(objects: readonly KubernetesObject[]): ReadonlyMap<string, boolean> {
  interface Spec {
    readonly group?: string;
    readonly scope?: string;
    readonly names?: { readonly kind?: string };
  }
  const definitions = objects.filter(({ kind }) => kind === 'CustomResourceDefinition');
  return new Map(
    definitions.map((object) => {
      const { group, scope, names } = (object['spec'] ?? {}) as Spec;
      return [`${names?.kind}.${group}`, scope !== 'Cluster'];
    }),
  );
}

/** Whether an object is of one of Kubernetes's own kinds, and no custom resource. */
export function isBuiltIn(object: KubernetesObject): boolean {
  const group = groupOf(object);
  return !group.includes('.') || group.endsWith('.k8s.io');
}

/** Whether an object is in a namespace; undefined for a custom resource whose definition is not in the cluster's builds. */
export function isNamespaced(object: KubernetesObject, scopes: ReadonlyMap<string, boolean>): boolean | undefined {
  const defined = scopes.get(`${object.kind}.${groupOf(object)}`);
  return defined ?? (isBuiltIn(object) ? !clusterScopedKinds.has(object.kind) : undefined);
}

/** The occasions on which Helm makes an object by itself, apart from the release: https://helm.sh/docs/topics/charts_hooks */
export function hooksOf({ metadata }: KubernetesObject): string[] {
  const hooks = metadata.annotations?.['helm.sh/hook'] ?? '';
  return hooks
    .split(',')
    .map((hook) => hook.trim())
    .filter(Boolean);
}
