import { existsSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';

import { fluxRoot } from '../../model';
import { type BuiltObject, groupOf, type KubernetesObject, objectsIn } from './object';
import { inTempFolder, run } from './tool';
import type { Unit } from './units';

/** A release of a chart in the fleet's repository, as its HelmRelease has it. */
export interface Release {
  readonly unit: Unit;
  readonly name: string;
  readonly namespace: string;
  /** The chart's folder: `charts/podinfo`. */
  readonly chart: string;
  /** Files of values, as JSON; a later one overrides an earlier one. */
  readonly values: readonly string[];
  /** The paths of values that come from Secrets. */
  readonly secretPaths: readonly string[];
  readonly skipsSchema: boolean;
  /** The API versions that the cluster has by definitions among what is built. */
  readonly apiVersions: readonly string[];
}

interface ReleaseSpec {
  readonly chart?: { readonly spec?: { readonly chart?: string; readonly sourceRef?: Reference } };
  readonly releaseName?: string;
  readonly targetNamespace?: string;
  readonly install?: { readonly disableSchemaValidation?: boolean };
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
      const map = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === from.name);
      return (map?.['data'] as Record<string, string> | undefined)?.[from.valuesKey ?? 'values.yaml'] ?? '{}';
    });
    return [
      {
        unit,
        name: spec.releaseName ?? name,
        namespace: spec.targetNamespace ?? namespace,
        chart: posix.normalize(chart),
        values: [...maps, JSON.stringify(spec.values ?? {})],
        secretPaths: valuesFrom.flatMap(({ targetPath }) => targetPath ?? []),
        skipsSchema: spec.install?.disableSchemaValidation === true,
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

/** What a release makes. */
export interface Rendered {
  readonly objects: readonly Omit<BuiltObject, 'unit'>[];
  /** What is wrong, and in which file of the manifests where Helm says so. */
  readonly error?: { readonly message: string; readonly file?: string };
}

/**
 * What stands for a value that only the cluster can decrypt. A chart may take it apart or convert it, so that another one
 * fits where the first does not: text, which is also base64; a number; an address; a word for true.
 */
const standIns = ['c3RhbmQtaW4tZm9yLWEtc2VjcmV0LXZhbHVl', '12345678', 'https://stand-in.example.com', 'true'] as const;

/** A release to render, and by what. */
export interface RenderProps {
  /** The path of Helm. */
  readonly command: string;
  readonly manifests: string;
  readonly release: Release;
}

/** Renders a release, by the Helm that Flux has. https://helm.sh/docs/helm/helm_template */
export async function helmRender(props: RenderProps): Promise<Rendered> {
  const { manifests, release } = props;
  if (!existsSync(join(manifests, release.chart))) return { objects: [], error: { message: 'its folder is missing' } };
  const [first, ...others] = standIns;
  const rendered = await render(props, first);
  if (!rendered.error || release.secretPaths.length === 0) return rendered;
  for (const standIn of others) {
    const again = await render(props, standIn);
    if (!again.error) return again;
  }
  return rendered;
}

async function render({ command, manifests, release }: RenderProps, standIn: string): Promise<Rendered> {
  const { name, namespace, chart, values, secretPaths, skipsSchema, apiVersions } = release;
  const { stdout, error } = await inTempFolder((folder) => {
    const files = values.map((text, index) => {
      const file = join(folder, `values-${index}.yaml`);
      writeFileSync(file, text, { mode: 0o600 });
      return file;
    });
    const args = [
      ...['template', name, join(manifests, chart), '--namespace', namespace],
      ...files.flatMap((file) => ['--values', file]),
      ...secretPaths.flatMap((path) => ['--set-literal', `${path}=${standIn}`]),
      ...apiVersions.flatMap((version) => ['--api-versions', version]),
      ...(skipsSchema ? ['--skip-schema-validation'] : []),
    ];
    return run(command, args, folder);
  });
  if (error !== undefined) return { objects: [], error: readable(error, chart, manifests) };
  return objectsOf(stdout, chart);
}

/** Helm writes the template that an object comes from above it. */
function objectsOf(text: string, chart: string): Rendered {
  const objects: Omit<BuiltObject, 'unit'>[] = [];
  for (const part of text.split(/^---\n(?=# Source: )/m).slice(1)) {
    const file = fileOf(/^# Source: (.*)$/m.exec(part)![1]!, chart);
    const found = objectsIn(part);
    if (found.problems.length > 0) return { objects, error: { message: found.problems[0]!, file } };
    objects.push(...found.objects.map((object) => ({ object, file, chart: true })));
  }
  return { objects };
}

/** The file of a chart, which Helm names after the chart. */
function fileOf(named: string, chart: string): string {
  return posix.join(chart, ...named.split('/').slice(1));
}

function readable(error: string, chart: string, manifests: string): NonNullable<Rendered['error']> {
  const lines = error.replaceAll(`${manifests}/`, '').split('\n');
  const from = lines.findIndex((line) => line.startsWith('Error: '));
  const message = lines
    .slice(Math.max(from, 0))
    .filter((line) => line && !line.startsWith('Use --debug flag'))
    .join(' ')
    .replace(/^Error: /, '');
  const [, named, line] = /([\w.-]+\/(?:charts\/[\w.-]+\/)*templates\/[^\s:'"]+)(:\d+)?/.exec(message) ?? [];
  return { message, ...(named && { file: `${fileOf(named, chart)}${line ?? ''}` }) };
}

/** What two releases have in common when they are the same to Helm. */
export function renderKey(release: Release): string {
  return JSON.stringify({ ...release, unit: undefined });
}

/** Whether an object is a hook, which Helm makes and removes by itself: https://helm.sh/docs/topics/charts_hooks */
export function isHook({ object }: BuiltObject): boolean {
  return object.metadata.annotations?.['helm.sh/hook'] !== undefined;
}
