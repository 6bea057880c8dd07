import { App as Scope, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { Fleet, PodSecurity } from '../../model';
import { withKustomizeFile } from '../files/kustomize-file';
import type { KubernetesObject } from '../files/object';
import { freePath, type Tree } from '../files/folder';
import { appLabels } from '../labels';

export interface Base {
  readonly files: Tree;
  /** The objects in them, which overlays can patch. */
  readonly objects: readonly KubernetesObject[];
  /** Whether kustomize makes more objects, or renames some. @default false */
  readonly incomplete?: boolean;
  /** What a cluster can have in place of the base, by its `path`. @default - none */
  readonly byPath?: ReadonlyMap<string, Base>;
  /** Files outside the app's folder, which another app may have as well. @default - none */
  readonly shared?: Tree;
}

/** A base with one file for each object, named by the object's kind. */
export function baseOf(
  objects: readonly KubernetesObject[],
  fileNameOf = ({ kind }: KubernetesObject) => kind.toLowerCase(),
): Base {
  const files = new Map<string, object>();
  for (const object of objects) files.set(freePath(files, fileNameOf(object), '.yaml'), object);
  return { objects, files: withKustomizeFile(files) };
}

/** The file of an object in a base that may have others of its kind, without its end. */
export function fullFileName({ kind, metadata }: KubernetesObject): string {
  return `${kind}-${metadata.name}`.toLowerCase().replaceAll(/[^a-z0-9.-]+/g, '-');
}

/** The app's Namespace, unless one of its own objects is that Namespace. */
export function missingNamespace(
  objects: readonly KubernetesObject[],
  { fleet, name, app }: { fleet: Fleet; name: string; app: { podSecurity: PodSecurity } },
): KubernetesObject[] {
  if (objects.some(({ kind, metadata }) => kind === 'Namespace' && metadata.name === name)) return [];
  const chart = new Chart(new Scope(), name, { labels: appLabels(fleet.name, name) });
  new AppNamespace(chart, 'namespace', { name, podSecurity: app.podSecurity });
  return objectsOf(chart);
}

export function objectsOf(chart: Chart): KubernetesObject[] {
  return chart.toJson() as KubernetesObject[];
}

/**
 * A Namespace that enforces a Pod Security Standard.
 *
 * https://kubernetes.io/docs/concepts/security/pod-security-admission
 */
export class AppNamespace extends k8s.KubeNamespace {
  constructor(scope: Construct, id: string, { name, podSecurity: level }: { name: string; podSecurity: PodSecurity }) {
    const labels = {
      'pod-security.kubernetes.io/enforce': level,
      'pod-security.kubernetes.io/enforce-version': 'latest',
      'pod-security.kubernetes.io/warn': level,
      'pod-security.kubernetes.io/warn-version': 'latest',
    };
    super(scope, id, { metadata: { name, labels } });
  }
}

/** Quantities by resource, as the `k8s` module has them; undefined where there are none. */
export function quantities(byName: Readonly<Record<string, string>> = {}): Record<string, k8s.Quantity> | undefined {
  const entries = Object.entries(byName).map(([name, quantity]) => [name, k8s.Quantity.fromString(quantity)]);
  return entries.length > 0 ? (Object.fromEntries(entries) as Record<string, k8s.Quantity>) : undefined;
}
