import { createHash } from 'node:crypto';
import { parse, parseAllDocuments } from 'yaml';
import { FleetError, type GitChart } from '../../../model';
import { readFolder } from '../../files/folder';
import { isRecord, type KubernetesObject } from '../../files/object';

/** A Helm chart in a folder beside `fleet.ts`. */
export interface ChartFolder {
  /** Its files as Flux reads them, by their paths in the folder. */
  readonly files: ReadonlyMap<string, string>;
  /** The values that the chart has by itself. */
  readonly values: Readonly<Record<string, unknown>>;
  /** What its values must keep, where it says so. */
  readonly schema?: object;
  /** The CustomResourceDefinitions in its `crds/`. */
  readonly definitions: readonly KubernetesObject[];
}

/**
 * Reads a chart. Its version gets a hash of its files as build metadata: Flux upgrades a release when the chart's
 * version differs, which is so when a file does, and not at each commit to the repository.
 *
 * @throws FleetError where the folder is no chart.
 */
export function readChart(root: string, { path }: GitChart): ChartFolder {
  const files = readFolder(root, path);
  const text = files.get('Chart.yaml');
  if (text === undefined)
    throw wrong(path, 'it has no `Chart.yaml`', 'Make it with `helm create`, or name another folder');
  const chart = object(`${path}/Chart.yaml`, text);
  const version = chart['version'];
  if (chart['apiVersion'] !== 'v2' || typeof chart['name'] !== 'string' || typeof version !== 'string') {
    throw wrong(`${path}/Chart.yaml`, 'it is not of `apiVersion: v2` with a name and a version', 'Write them in it');
  }
  const hash = createHash('sha256')
    .update(JSON.stringify([...files]))
    .digest('hex')
    .slice(0, 12);
  const stamped = text.replace(/^version:.*$/m, `version: ${version}${version.includes('+') ? '.' : '+'}${hash}`);
  const [values, schema] = [files.get('values.yaml'), files.get('values.schema.json')];
  return {
    files: new Map([...files, ['Chart.yaml', stamped]]),
    definitions: [...files].flatMap(([name, content]) => (/^crds\/.*\.ya?ml$/.test(name) ? documents(content) : [])),
    values: values === undefined ? {} : object(`${path}/values.yaml`, values),
    ...(schema !== undefined && { schema: object(`${path}/values.schema.json`, schema) }),
  };
}

function documents(text: string): KubernetesObject[] {
  return parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject);
}

function object(place: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = parse(text) ?? {};
    if (isRecord(value)) return value;
  } catch {
    // What is said of it is the same as of what is no object.
  }
  throw wrong(place, 'the file holds no object', 'Mend it');
}

function wrong(place: string, problem: string, next: string): FleetError {
  return new FleetError({ place, problem, next });
}
