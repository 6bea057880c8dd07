import { existsSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';

import type { BuiltObject, Rendered } from './built';
import { hooksOf, objectsIn } from './object';
import { postRender } from './post-render';
import type { Release } from './releases';
import { inTempFolder, type Outcome, run } from './tool';

/**
 * What stands for a value that only the cluster can decrypt. A chart may take it apart or convert it, so that another one
 * fits where the first does not: text, which is also base64; a number; an address; a word for true.
 */
const standIns = ['c3RhbmQtaW4tZm9yLWEtc2VjcmV0LXZhbHVl', '12345678', 'https://stand-in.example.com', 'true'] as const;

/** A release to render, and by what. */
export interface RenderProps {
  /** The paths of the commands. */
  readonly helm: string;
  readonly kustomize: string;
  readonly manifests: string;
  readonly release: Release;
}

/** Renders a release as Flux does: by its Helm, then by kustomize where the release has post-renderers. https://helm.sh/docs/helm/helm_template */
export async function helmRender(props: RenderProps): Promise<Rendered> {
  const { manifests, release } = props;
  if (!existsSync(join(manifests, release.chart))) return { objects: [], error: { message: 'its folder is missing' } };
  const [first, ...others] = standIns;
  const rendered = await render(props, first);
  let best = rendered;
  for (const standIn of release.secretPaths.length === 0 ? [] : others) {
    if (best.error) best = await render(props, standIn);
  }
  if (best.error) return rendered;
  return { ...(await postRender(props.kustomize, best, release)), notice: best.notice };
}

async function render({ helm, manifests, release }: RenderProps, standIn: string): Promise<Rendered> {
  const { name, namespace, chart, values, secretPaths, skipsSchema, apiVersions } = release;
  const { stdout, error, notice } = await inTempFolder(async (folder): Promise<Outcome & Pick<Rendered, 'notice'>> => {
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
      '--include-crds',
    ];
    const unchecked = [...args, '--skip-schema-validation'];
    // What the user turned off. We turn it off in the cluster for releases with secrets, and look at their other values here.
    if (skipsSchema && secretPaths.length === 0) return run(helm, unchecked, folder);
    const outcome = await run(helm, args, folder);
    if (isOfSecrets(outcome.error, secretPaths)) return run(helm, unchecked, folder);
    if (!/^failing loading "https?:/m.test(outcome.error ?? '')) return outcome;
    const why = `the values of \`${chart}\` were not checked, as its schema refers to one on the network`;
    return { ...(await run(helm, unchecked, folder)), notice: why };
  });
  if (error !== undefined) return { objects: [], error: readable(error, chart, manifests) };
  const rendered = objectsOf(stdout, chart);
  const isUnused = (hooks: readonly string[]) => hooks.length > 0 && hooks.every((hook) => hook.startsWith('test'));
  const objects = rendered.objects.filter(({ object }) => release.tests || !isUnused(hooksOf(object)));
  return { ...rendered, objects, notice };
}

/** Whether a schema does not allow what stands for secrets, and nothing else. */
function isOfSecrets(error: string | undefined, secretPaths: readonly string[]): boolean {
  if (!error?.includes("values don't meet the specifications of the schema")) return false;
  const secrets = secretPaths.map((path) => `/${path.replaceAll('.', '/')}`);
  const places = [...error.matchAll(/^ *- at '(.*?)': (?!.* failed$)/gm)].map(([, place]) => place!);
  return places.length > 0 && places.every((place) => place && secrets.some((secret) => secret.endsWith(place)));
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
