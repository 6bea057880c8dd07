import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isScalar, type Node, parseDocument, visit } from 'yaml';
import { FleetError, type GitChart } from '../../../model';
import { addFiles, type Files, readFolder, type Tree } from '../../files/folder';
import { helmIgnore } from './helm-ignore';

/** What Flux leaves out of a repository: https://fluxcd.io/flux/components/source/gitrepositories/#default-exclusions */
const excluded = ['gif', 'flv', 'jpeg', 'jpg', 'png', 'tar.gz', 'wmv', 'zip'].map((ending) => `*.${ending}`);

/**
 * The files of a chart as Flux reads them, by path in the repository. A hash of them is added to its version as build
 * metadata, because Flux upgrades a release when the chart's version changes: so it does when a file changes, and not with
 * each commit. Templates still see the version as it was, by a template that is rendered before them.
 *
 * @throws FleetError if the folder is not a chart.
 */
export function readChart(root: string, { path }: GitChart): Tree {
  const rules = join(root, path, '.helmignore');
  const files = readFolder(root, path, helmIgnore(existsSync(rules) ? readFileSync(rules, 'utf8') : ''));
  const text = files.get('Chart.yaml')?.toString();
  if (text === undefined) {
    throw existsSync(join(root, path, 'Chart.yaml'))
      ? new FleetError({
          place: `${path}/.helmignore`,
          problem: 'it leaves out `Chart.yaml`',
          next: 'Remove the rules with `!`: to Helm, each leaves out all that it does not match',
        })
      : new FleetError({
          place: path,
          problem: 'the folder has no `Chart.yaml`',
          next: `Create the chart with \`helm create ${path}\`, or set another folder`,
        });
  }
  const template = firstTemplate(files);
  const hash = createHash('sha256')
    .update(JSON.stringify([...files, template]))
    .digest('hex')
    .slice(0, 12);
  const chart = withHash(text, hash);
  if (!chart) {
    const problem = 'the file is not YAML with a `version`';
    throw new FleetError({ place: `${path}/Chart.yaml`, problem, next: 'Add `version: 1.0.0`, or fix the YAML' });
  }
  const tree = new Map<string, object | string>();
  addFiles(tree, path, files);
  if ([...files.keys()].some((file) => excluded.some((pattern) => file.endsWith(pattern.slice(1)))))
    tree.set('charts/.sourceignore', excluded.map((pattern) => `!${pattern}\n`).join(''));
  for (const lock of locks(files)) tree.set(`${path}/${lock}`, 'dependencies: []\n');
  return tree.set(`${path}/Chart.yaml`, chart.text).set(`${path}/${template}`, versionTemplate(chart.version));
}

/** The text of a Chart.yaml with a hash in its version, and the version without it; undefined where there is none. */
function withHash(text: string, hash: string): { text: string; version: string } | undefined {
  const document = parseDocument(text, { uniqueKeys: false });
  const pairs = isMap(document.contents) ? document.contents.items : [];
  // As in Helm, the last one counts.
  const node = pairs.findLast(({ key }) => isScalar(key) && key.value === 'version')?.value as Node | undefined;
  const value: unknown = node?.toJS(document);
  if (document.errors.length > 0 || !node || !['string', 'number'].includes(typeof value)) return undefined;
  const version = String(value);
  const edits = [{ node, as: `${version}${version.includes('+') ? '.' : '+'}${hash}` }];
  visit(document, {
    Alias: (_, alias) => {
      if (isScalar(node) && alias.source === node.anchor) edits.push({ node: alias, as: version });
    },
  });
  const stamped = edits
    .sort((a, b) => b.node.range![0] - a.node.range![0])
    .reduce((rest, { node: { range }, as }) => rest.slice(0, range![0]) + as + rest.slice(range![1]), text);
  return { text: stamped, version };
}

/** The locks of a chart that has others. By an empty one, Flux fetches none that it does not find there by its alias. */
function locks(files: Files): readonly string[] {
  if (![...files.keys()].some((path) => path.startsWith('charts/'))) return [];
  return files.has('requirements.lock') ? ['Chart.lock', 'requirements.lock'] : ['Chart.lock'];
}

/** The path of a template that Helm renders before the chart's others: those in the deepest folder come first. */
function firstTemplate(files: Files): string {
  const depths = [...files.keys()]
    .filter((path) => path.startsWith('templates/'))
    .map((path) => path.split('/').length);
  return `templates/${'first/'.repeat(Math.max(2, ...depths) - 1)}version.yaml`;
}

function versionTemplate(version: string): string {
  return `{{- /* The version in Chart.yaml has a hash of the chart's files. Templates see the one that it had. */ -}}
{{- $_ := set .Chart "Version" ${JSON.stringify(version)} -}}
`;
}
