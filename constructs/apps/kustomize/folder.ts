import { type Base } from '../base';
import { posix } from 'node:path';
import { type Problem, throwProblems } from '../../../model';
import type { Files } from '../../files/folder';
import { kustomizeFile, kustomizeFileName } from '../../files/kustomize-file';
import { documents, isRecord, type KubernetesObject } from '../../files/object';
import { plainSecrets } from '../../secrets/secret-file';

const kustomizeNames = [kustomizeFileName, 'kustomization.yml', 'Kustomization'];

/** Features of kustomize that Flux does not allow, or that would put a secret into Git as plain text. */
const forbidden: Readonly<Record<string, string>> = {
  secretGenerator:
    "Add the keys to the app's `secrets`, and set them with `npm run fleet -- secrets set <cluster> <app> <key>`",
  helmCharts: 'Use `helmApp` for the chart',
  helmChartInflationGenerator: 'Use `helmApp` for the chart',
};

/**
 * The objects of a folder, found in the same way as kustomize finds them.
 *
 * @param place the folder's path, for messages
 * @throws FleetError for each feature that Flux does not allow, and each Secret that is not encrypted.
 */
export function kustomizeFolder(place: string, files: Files): Base {
  const search: Search = { place, files, problems: [...plainSecrets(place, files)], objects: [] };
  const own = kustomizeNames.find((name) => files.has(name));
  const manifests = [...files.keys()].filter((path) => /^[^/]+\.(ya?ml|json)$/.test(path));
  if (own) folder(search, '');
  else for (const path of manifests) file(search, path);
  if (!own && manifests.length === 0) {
    search.problems.push({
      place,
      problem: 'the folder has no manifest',
      next: 'Add a manifest to it, or set another folder',
    });
  }
  throwProblems(search.problems);
  return {
    files: own
      ? files
      : new Map<string, object | string>([...files, [kustomizeFileName, kustomizeFile({ resources: manifests })]]),
    objects: search.objects,
  };
}

interface Search {
  readonly place: string;
  readonly files: Files;
  readonly problems: Problem[];
  readonly objects: KubernetesObject[];
}

function folder(search: Search, path: string): void {
  const name = kustomizeNames.map((each) => posix.join(path, each)).find((each) => search.files.has(each));
  const place = posix.join(search.place, name ?? path);
  if (!name) {
    const problem = 'the file does not exist, and neither does a folder with a `kustomization.yaml`';
    search.problems.push({ place, problem, next: 'Add the file, or remove it from the list of resources' });
    return;
  }
  const [content] = documents(search.files.get(name)!.toString());
  if (!isRecord(content)) return;
  for (const [key, next] of Object.entries(forbidden)) {
    if (content[key] !== undefined)
      search.problems.push({ place, problem: `\`${key}\` is not supported in a fleet`, next });
  }
  for (const key of ['resources', 'bases', 'components']) {
    for (const entry of strings(content[key])) resource(search, { place, path, entry });
  }
}

function resource(search: Search, { place, path, entry }: { place: string; path: string; entry: string }): void {
  const target = posix.join(path, entry);
  const remote = /:\/\/|^git@|^[\w.-]+\.(com|org|io)\//.test(entry);
  if (remote || target.startsWith('..') || entry.startsWith('/')) {
    const problem = `\`${entry}\` is ${remote ? 'a remote resource' : 'outside the folder'}`;
    search.problems.push({ place, problem, next: 'Copy it into the folder, so that each change of it is a commit' });
  } else if (search.files.has(target)) file(search, target);
  else folder(search, target);
}

function file({ place, files, problems, objects }: Search, path: string): void {
  for (const object of documents(files.get(path)!.toString())) {
    if (object === null) continue;
    const { apiVersion, kind, metadata } = isRecord(object) ? object : {};
    const hasName = isRecord(metadata) && typeof metadata['name'] === 'string';
    if (typeof apiVersion === 'string' && typeof kind === 'string' && hasName) {
      objects.push(object as unknown as KubernetesObject);
      continue;
    }
    const problem = 'the file contains a document that is not a Kubernetes object with a name';
    const next = 'Set `apiVersion`, `kind` and `metadata.name` in each document';
    problems.push({ place: posix.join(place, path), problem, next });
  }
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
