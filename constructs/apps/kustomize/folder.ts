import { posix } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { FleetError, type Problem } from '../../../model';
import { kustomizeFile, kustomizeFileName } from '../../files/kustomize-file';
import { isRecord, type KubernetesObject } from '../../files/object';
import { isPlainSecret } from '../../secrets/secret-file';

/** A kustomize folder of the user's. */
export interface KustomizeFolder {
  /** Its files, by their paths in it. */
  readonly files: ReadonlyMap<string, object | string>;
  /** The objects in the files that it lists. What it generates and transforms is kustomize's to know. */
  readonly objects: readonly KubernetesObject[];
}

const kustomizeNames = [kustomizeFileName, 'kustomization.yml', 'Kustomization'];

/** What kustomize can do and Flux may not, or what would put a value in Git that anybody can read. */
const refused: Readonly<Record<string, string>> = {
  secretGenerator: "Name the keys in the app's `secrets`, and set them with `npm run fleet -- secrets set`",
  helmCharts: 'Write an app with `helmApp` for the chart',
  helmChartInflationGenerator: 'Write an app with `helmApp` for the chart',
};

/**
 * The objects of a folder, which is looked through as kustomize does.
 *
 * @param place the folder, for messages
 * @throws FleetError for each thing that Flux would refuse, and each Secret that is not encrypted.
 */
export function kustomizeFolder(place: string, files: ReadonlyMap<string, string>): KustomizeFolder {
  const search: Search = { place, files, problems: [...plainSecrets(place, files)], objects: [] };
  const own = kustomizeNames.find((name) => files.has(name));
  const manifests = [...files.keys()].filter((path) => /^[^/]+\.(ya?ml|json)$/.test(path));
  if (own) folder(search, '');
  else for (const path of manifests) file(search, path);
  if (!own && manifests.length === 0) {
    search.problems.push({ place, problem: 'the folder has no manifest', next: 'Put some in it' });
  }
  if (search.problems.length > 0) throw new FleetError(...search.problems);
  return {
    files: own
      ? files
      : new Map<string, object | string>([...files, [kustomizeFileName, kustomizeFile({ resources: manifests })]]),
    objects: search.objects,
  };
}

interface Search {
  readonly place: string;
  readonly files: ReadonlyMap<string, string>;
  readonly problems: Problem[];
  readonly objects: KubernetesObject[];
}

function folder(search: Search, path: string): void {
  const name = kustomizeNames.map((each) => posix.join(path, each)).find((each) => search.files.has(each));
  const place = posix.join(search.place, name ?? path);
  if (!name) {
    const next = 'Put the file there, or take it from the list';
    search.problems.push({ place, problem: 'there is no such file, and no folder with a `kustomization.yaml`', next });
    return;
  }
  const [said] = documents(search.files.get(name)!);
  if (!isRecord(said)) return;
  for (const [key, next] of Object.entries(refused)) {
    if (said[key] !== undefined) search.problems.push({ place, problem: `\`${key}\` cannot be used here`, next });
  }
  for (const key of ['resources', 'bases', 'components']) {
    for (const entry of strings(said[key])) resource(search, { place, path, entry });
  }
}

function resource(search: Search, { place, path, entry }: { place: string; path: string; entry: string }): void {
  const target = posix.join(path, entry);
  const remote = /:\/\/|^git@|^[\w.-]+\.(com|org|io)\//.test(entry);
  if (remote || target.startsWith('..') || entry.startsWith('/')) {
    const problem = `\`${entry}\` is ${remote ? 'fetched from elsewhere' : 'outside the folder'}`;
    search.problems.push({ place, problem, next: 'Copy it into the folder, where a commit shows what it is' });
  } else if (search.files.has(target)) file(search, target);
  else folder(search, target);
}

function file({ place, files, problems, objects }: Search, path: string): void {
  for (const object of documents(files.get(path)!)) {
    if (object === null) continue;
    const { apiVersion, kind, metadata } = isRecord(object) ? object : {};
    const named = isRecord(metadata) && typeof metadata['name'] === 'string';
    if (typeof apiVersion === 'string' && typeof kind === 'string' && named) {
      objects.push(object as unknown as KubernetesObject);
      continue;
    }
    const problem = 'there is something that is no Kubernetes object with a name';
    problems.push({
      place: posix.join(place, path),
      problem,
      next: 'Give it `apiVersion`, `kind` and `metadata.name`',
    });
  }
}

/** Each Secret in the files of a folder that anybody can read. */
export function* plainSecrets(place: string, files: ReadonlyMap<string, string>): Iterable<Problem> {
  for (const [path, text] of files) {
    if (!/\.(ya?ml|json)$/.test(path) || !text.includes('Secret')) continue;
    if (documents(text).some(isPlainSecret)) yield plainSecret(posix.join(place, path));
  }
}

/** What is wrong with a Secret that anybody can read. */
export function plainSecret(place: string): Problem {
  return {
    place,
    problem: 'it holds a Secret that is not encrypted',
    next: "Name its keys in the app's `secrets`, and set them with `npm run fleet -- secrets set`",
  };
}

function documents(text: string): unknown[] {
  return parseAllDocuments(text).map((document) => document.toJS() as unknown);
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
