import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { FleetError, type GitChart } from '../../../model';
import { type Files, readFolder } from '../../files/folder';
import { documents, isRecord, type KubernetesObject } from '../../files/object';
import { helmIgnore } from './helm-ignore';

/** A Helm chart in a folder beside `fleet.ts`. */
export interface ChartFolder {
  readonly path: string;
  /** Its files as Flux reads them, by path in the folder. */
  readonly files: Files;
  readonly values: Readonly<Record<string, unknown>>;
  readonly schema?: object;
  readonly definitions: readonly KubernetesObject[];
}

/**
 * Reads a chart. A hash of its files is added to its version as build metadata, because Flux upgrades a release when the
 * chart's version changes. So a release is upgraded when a file of its chart changes, and not with each commit.
 *
 * @throws FleetError if the folder is not a chart.
 */
export function readChart(root: string, { path }: GitChart): ChartFolder {
  const rules = join(root, path, '.helmignore');
  const files = readFolder(root, path, helmIgnore(existsSync(rules) ? readFileSync(rules, 'utf8') : ''));
  const text = files.get('Chart.yaml')?.toString();
  if (text === undefined) {
    throw wrong(
      path,
      'the folder has no `Chart.yaml`',
      `Create the chart with \`helm create ${path}\`, or set another folder`,
    );
  }
  const chart = object(`${path}/Chart.yaml`, text);
  const version = chart['version'];
  if (chart['apiVersion'] !== 'v2' || typeof chart['name'] !== 'string' || typeof version !== 'string') {
    throw wrong(`${path}/Chart.yaml`, '`apiVersion: v2`, `name` or `version` is missing', 'Add all three');
  }
  const hash = createHash('sha256')
    .update(JSON.stringify([...files]))
    .digest('hex')
    .slice(0, 12);
  const withHash = text.replace(/^version:.*$/m, `version: ${version}${version.includes('+') ? '.' : '+'}${hash}`);
  const [values, schema] = ['values.yaml', 'values.schema.json'].map((name) => files.get(name)?.toString());
  return {
    path,
    files: new Map([...files, ['Chart.yaml', withHash]]),
    definitions: [...files].flatMap(([name, content]) =>
      /^crds\/.*\.ya?ml$/.test(name) ? (documents(content.toString()) as KubernetesObject[]) : [],
    ),
    values: values === undefined ? {} : object(`${path}/values.yaml`, values),
    ...(schema !== undefined && { schema: object(`${path}/values.schema.json`, schema) }),
  };
}

function object(place: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = parse(text) ?? {};
    if (isRecord(value)) return value;
  } catch {
    // Invalid YAML is reported like any other content that is not an object.
  }
  throw wrong(place, 'the file does not contain a YAML object', 'Fix its content');
}

function wrong(place: string, problem: string, next: string): FleetError {
  return new FleetError({ place, problem, next });
}
