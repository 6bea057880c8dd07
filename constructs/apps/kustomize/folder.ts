import { posix } from 'node:path';
import { isEncryptedFile, kustomizeFileNames, type Problem } from '../../../model';
import { listed } from '../../../model/validation/values';
import type { Files, Tree } from '../../files/folder';
import { kustomizeFile, kustomizeFileName } from '../../files/kustomize-file';
import { isRecord, type KubernetesObject } from '../../files/object';
import { documents, objectsIn, parsed, type Walk } from './documents';

/** Fields of a kustomization that give objects other names, or make more. */
const changing = /^(name(Pre|Suf)fix|generators|transformers|patches\w*|replacements)$/;

const secretAdvice =
  "Add the keys to the app's `secrets`, and set them with `npm run fleet -- secrets set <cluster> <app> <key>`; " +
  'or encrypt the file with `sops encrypt --in-place`, and list it under `secretGenerator`';
const chart = { reason: 'Flux runs no Helm within kustomize', next: 'Use `helmApp` for the chart' };

/** What Flux does not do, by the field of a kustomization or the kind of a generator. */
const unsupported: ReadonlyMap<string, { readonly reason: string; readonly next: string }> = new Map([
  ['helmCharts', chart],
  ['helmChartInflationGenerator', chart],
  ['HelmChartInflationGenerator', chart],
  ['SecretGenerator', { reason: 'Flux decrypts no variables of it', next: secretAdvice }],
]);

/** What kustomize makes of a folder, as far as its files say so. */
export interface Built {
  /** The objects as they are before kustomize changes them. Of a generated one, the kind and the name. */
  readonly objects: readonly KubernetesObject[];
  /** Whether kustomize may make others, or give them other names. */
  readonly incomplete: boolean;
  /** The kustomization.yaml of a folder that has none. */
  readonly files: Tree;
  readonly problems: readonly Problem[];
}

/**
 * Reads a folder as kustomize does. What is wrong in it that only kustomize can tell is found when it is built.
 *
 * @param place the folder's path, for messages
 * @param path the folder in it that is built
 */
export function kustomizeFolder(place: string, files: Files, path = '.'): Built {
  const walk: Walk = { place, files, path, problems: [], incomplete: false };
  if (kustomizationIn(files, path)) {
    const objects = kustomization(walk, path, []);
    return { ...walk, objects, files: new Map() };
  }
  const isManifest = (name: string) => posix.dirname(name) === path && /\.(ya?ml|json)$/.test(name);
  const manifests = [...files.keys()].filter(isManifest);
  if (manifests.length === 0) walk.problems.push(nothingIn(walk));
  const resources = manifests.map((name) => posix.basename(name));
  const objects = manifests.flatMap((name) => objectsIn(walk, name));
  return {
    ...walk,
    objects,
    files: new Map([[posix.join(path, kustomizeFileName), kustomizeFile({ resources })]]),
  };
}

/** The kustomization that lists a file or folder, and those above it. */
interface From {
  readonly folder: string;
  readonly place: string;
  readonly above: readonly string[];
}

function kustomizationIn(files: Walk['files'], folder: string): string | undefined {
  return kustomizeFileNames.map((name) => posix.join(folder, name)).find((name) => files.has(name));
}

function nothingIn({ place, files, path }: Walk): Problem {
  const others = [...files.keys()]
    .filter((name) => kustomizeFileNames.includes(posix.basename(name)))
    .map((name) => posix.dirname(name));
  const next = others.length > 0 ? `Set \`path\` to one of ${listed(others)}` : 'Add a manifest to it';
  return { place: posix.join(place, path), problem: 'the folder has no manifest', next };
}

function kustomization(walk: Walk, folder: string, above: readonly string[]): KubernetesObject[] {
  const name = kustomizationIn(walk.files, folder)!;
  const from = { folder, place: posix.join(walk.place, name), above: [...above, folder] };
  const [content] = documents(walk, name, false);
  if (!isRecord(content)) return [];
  if (Object.keys(content).some((key) => changing.test(key))) walk.incomplete = true;
  for (const key of Object.keys(content)) walk.problems.push(...unsupportedProblems(from.place, key));
  for (const entry of sourcesOf(content)) located(walk, from, entry);
  for (const entry of records(content['secretGenerator']).flatMap(generated)) {
    const text = walk.files.get(posix.join(folder, entry));
    if (text === undefined || isEncryptedFile(text.toString())) continue;
    const problem = `\`secretGenerator\` makes a Secret of \`${entry}\`, which is plain text`;
    walk.problems.push({ place: from.place, problem, next: secretAdvice });
  }
  for (const entry of ['generators', 'transformers', 'validators'].flatMap((key) => strings(content[key]))) {
    const inline = /[\n{]/.test(entry) && parsed(entry).map(({ value }) => value);
    for (const plugin of inline || resource(walk, from, entry)) {
      const { apiVersion, kind } = isRecord(plugin) ? plugin : {};
      if (apiVersion === 'builtin') walk.problems.push(...unsupportedProblems(from.place, String(kind)));
      else walk.problems.push(pluginProblem(from.place, String(kind)));
    }
  }
  const entries = ['resources', 'bases', 'components'].flatMap((key) => strings(content[key]));
  return [
    ...entries.flatMap((entry) => resource(walk, from, entry)).map((object) => renamed(object, content['namespace'])),
    ...generatedObjects('ConfigMap', content['configMapGenerator']),
    ...generatedObjects('Secret', content['secretGenerator']),
  ];
}

/** A Namespace gets the name that a kustomization sets as the namespace. */
function renamed(object: KubernetesObject, namespace: unknown): KubernetesObject {
  if (object.kind !== 'Namespace' || typeof namespace !== 'string') return object;
  return { ...object, metadata: { ...object.metadata, name: namespace } };
}

function generatedObjects(kind: string, generators: unknown): KubernetesObject[] {
  return records(generators).flatMap(({ name, namespace, behavior = 'create' }) => {
    const metadata = { name, ...(namespace !== undefined && { namespace }) } as KubernetesObject['metadata'];
    return typeof name === 'string' && behavior === 'create' ? { apiVersion: 'v1', kind, metadata } : [];
  });
}

function unsupportedProblems(place: string, name: string): Problem[] {
  const found = unsupported.get(name);
  return found ? [{ place, problem: `\`${name}\` is not supported: ${found.reason}`, next: found.next }] : [];
}

function pluginProblem(place: string, kind: string): Problem {
  const problem = `\`${kind}\` is a plugin, and Flux runs only what is built into kustomize`;
  return { place, problem, next: 'Use what is built into kustomize, or commit what the plugin makes' };
}

/** The files that a kustomization reads and that are not resources. */
function sourcesOf(content: Record<string, unknown>): string[] {
  return [
    ...['crds', 'configurations', 'patchesStrategicMerge'].flatMap((key) => strings(content[key])),
    ...['patches', 'patchesJson6902', 'replacements'].flatMap((key) => records(content[key]).map(({ path }) => path)),
    ...['configMapGenerator', 'secretGenerator'].flatMap((key) => records(content[key]).flatMap(generated)),
    ...records([content['openapi']]).map(({ path }) => path),
  ].filter((each): each is string => typeof each === 'string' && !/[\n{]/.test(each));
}

/** The files of a generator: a path, or a key and a path. */
function generated({ files, envs, env }: Record<string, unknown>): string[] {
  return [...strings(files).map((each) => each.replace(/^[^=]*=/, '')), ...strings(envs), ...strings([env])];
}

function resource(walk: Walk, from: From, entry: string): KubernetesObject[] {
  const target = located(walk, from, entry);
  if (target === undefined) return [];
  if (walk.files.has(target)) return objectsIn(walk, target);
  if (!from.above.some((each) => target === '.' || `${each}/`.startsWith(`${target}/`)))
    return kustomization(walk, target, from.above);
  const problem = `\`${entry}\` is a circle: \`${posix.join(walk.place, target)}\` is, or contains, a folder that is built of it`;
  walk.problems.push({ place: from.place, problem, next: 'Remove it, or move what it has into a folder of its own' });
  return [];
}

/** What is listed, by its path in the folder; undefined for what cannot be read. */
function located({ place, files, path, problems }: Walk, from: From, entry: string): string | undefined {
  const target = posix.join(from.folder, entry).replace(/(?<=.)\/$/, '');
  if (!entry.startsWith('/') && (files.has(target) || kustomizationIn(files, target))) return target;
  const remote = /:\/\/|^git@|^git::|\?ref=|^[\w-]+(\.[\w-]+)*\.(com|org|io|net|dev)\//.test(entry);
  if (remote || target.startsWith('..') || entry.startsWith('/')) {
    const problem = `\`${entry}\` is ${remote ? 'a remote resource' : 'outside the folder'}`;
    const copy = 'Copy it into the folder, so that each change of it is a commit';
    const next = (!remote && wider(posix.join(place, target), posix.join(place, path))) || copy;
    problems.push({ place: from.place, problem, next });
  } else {
    const problem = 'the file does not exist, and neither does a folder with a `kustomization.yaml`';
    const next = `Add the file, or remove \`${entry}\` from \`${from.place}\``;
    problems.push({ place: posix.join(place, target), problem, next });
  }
  return undefined;
}

/** How to name a folder that holds both. */
function wider(target: string, built: string): string | undefined {
  let folder = posix.dirname(target);
  while (folder !== '.' && !built.startsWith(`${folder}/`)) folder = posix.dirname(folder);
  if (folder === '.' || target.startsWith('..')) return undefined;
  return `Set \`folder: '${folder}'\` and \`path: '${posix.relative(folder, built)}'\` in the app`;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function records(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
