import { posix } from 'node:path';

import { fluxRoot } from '../../model';
import type { BuiltObject, Unit } from './built';
import { groupOf, type KubernetesObject } from './object';

/** A release of a chart in the fleet's repository, as its HelmRelease has it. */
export interface Release {
  readonly unit: Unit;
  readonly object: KubernetesObject;
  readonly name: string;
  readonly namespace: string;
  /** The chart's folder: `charts/podinfo`. */
  readonly chart: string;
  /** Files of values, as JSON; a later one overrides an earlier one. */
  readonly values: readonly string[];
  /** The paths of values that come from Secrets. */
  readonly secretPaths: readonly string[];
  readonly skipsSchema: boolean;
  /** Whether the chart's tests are run. */
  readonly tests: boolean;
  /** How Flux changes what Helm renders, as kustomizations. */
  readonly postRenderers: readonly object[];
  /** The API versions that the cluster has by definitions among what is built. */
  readonly apiVersions: readonly string[];
}

interface ReleaseSpec {
  readonly chart?: { readonly spec?: { readonly chart?: string; readonly sourceRef?: Reference } };
  readonly releaseName?: string;
  readonly targetNamespace?: string;
  readonly install?: { readonly disableSchemaValidation?: boolean };
  readonly test?: { readonly enable?: boolean };
  readonly postRenderers?: readonly { readonly kustomize?: object }[];
  readonly values?: object;
  readonly valuesFrom?: readonly ValuesReference[];
}

interface Reference {
  readonly kind?: string;
  readonly name?: string;
}

interface ValuesReference extends Reference {
  readonly valuesKey?: string;
  readonly targetPath?: string;
}

/** The releases among what a cluster builds whose charts are in the fleet's repository. Flux fetches the other charts. */
export function releasesIn(built: readonly BuiltObject[]): Release[] {
  const objects = built.map(({ object }) => object);
  const apiVersions = [...new Set(objects.flatMap(definedVersions))].sort();
  return built.flatMap(({ unit, object }): Release[] => {
    if (object.kind !== 'HelmRelease' || groupOf(object) !== 'helm.toolkit.fluxcd.io') return [];
    const spec = object['spec'] as ReleaseSpec;
    const { chart, sourceRef } = spec.chart?.spec ?? {};
    if (!chart || sourceRef?.kind !== 'GitRepository' || sourceRef.name !== fluxRoot) return [];
    const { name, namespace = '' } = object.metadata;
    const { valuesFrom = [] } = spec;
    const fromMaps = valuesFrom.filter(({ kind, targetPath }) => kind === 'ConfigMap' && !targetPath);
    const maps = fromMaps.map((from) => {
      const map = objects.find(
        (one) => one.kind === 'ConfigMap' && one.metadata.name === from.name && one.metadata.namespace === namespace,
      );
      return (map?.['data'] as Record<string, string> | undefined)?.[from.valuesKey ?? 'values.yaml'] ?? '{}';
    });
    return [
      {
        unit,
        object,
        name: spec.releaseName ?? name,
        namespace: spec.targetNamespace ?? namespace,
        chart: posix.normalize(chart),
        values: [...maps, JSON.stringify(spec.values ?? {})],
        secretPaths: valuesFrom.flatMap(({ targetPath }) => targetPath ?? []),
        skipsSchema: spec.install?.disableSchemaValidation === true,
        tests: spec.test?.enable === true,
        postRenderers: (spec.postRenderers ?? []).flatMap(({ kustomize }) => kustomize ?? []),
        apiVersions,
      },
    ];
  });
}

/** What a definition makes a chart find in `.Capabilities.APIVersions`. */
function definedVersions({ kind, spec }: KubernetesObject): string[] {
  if (kind !== 'CustomResourceDefinition') return [];
  const {
    group,
    names,
    versions = [],
  } = (spec ?? {}) as {
    readonly group?: string;
    readonly names?: { readonly kind?: string };
    readonly versions?: readonly { readonly name?: string }[];
  };
  return versions.flatMap(({ name }) => [`${group}/${name}`, `${group}/${name}/${names?.kind}`]);
}

/** What two releases have in common when they are the same to Helm. */
export function renderKey(release: Release): string {
  return JSON.stringify({ ...release, unit: undefined, object: undefined });
}
