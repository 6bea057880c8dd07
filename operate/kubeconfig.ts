import { existsSync, readFileSync } from 'node:fs';
import { type Document, isMap, isScalar, isSeq, parseDocument, YAMLMap, YAMLSeq } from 'yaml';
import { FleetError } from '../model';

/** A kubeconfig as text, and where it is: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1 */
export interface KubeconfigText {
  readonly place: string;
  readonly text: string;
}

/** Whether a file is the kubeconfig of a cluster. `kind delete cluster` leaves one without any. */
export function isKubeconfig(path: string): boolean {
  if (!existsSync(path)) return false;
  const { errors, contents } = read({ place: path, text: readFileSync(path, 'utf8') });
  return errors.length === 0 && isMap(contents) && textAt(contents, 'current-context') !== '';
}

/**
 * One kubeconfig of several: a later entry replaces an earlier one of the same name; the first current context stays. What
 * else is in the first one stays as it is written, with its comments.
 *
 * @throws FleetError for a text that is not a kubeconfig
 */
export function mergeKubeconfigs([first, ...others]: readonly KubeconfigText[]): string {
  const merged = read(first!);
  const root = rootOf(merged, first!);
  for (const other of others) {
    const from = rootOf(read(other), other);
    for (const key of ['apiVersion', 'kind', 'current-context']) {
      if (!textAt(root, key)) root.set(key, from.get(key, true));
    }
    for (const key of ['clusters', 'contexts', 'users']) addEntries(root, key, from.get(key));
  }
  return merged.toString({ lineWidth: 0 });
}

export function contextNames(config: KubeconfigText): string[] {
  const contexts = rootOf(read(config), config).get('contexts');
  return isSeq(contexts) ? contexts.items.map(nameOf) : [];
}

// By this schema every value is text, so that none is written otherwise than it was read.
function read({ text }: KubeconfigText): Document.Parsed {
  return parseDocument(text, { schema: 'failsafe' });
}

function rootOf(document: Document.Parsed, { place }: KubeconfigText): YAMLMap {
  const { contents, errors } = document;
  if (errors.length === 0 && isMap(contents)) return contents;
  if ((errors.length === 0 && isScalar(contents) && contents.source === '') || contents === null) {
    const root = new YAMLMap();
    document.contents = root as unknown as typeof document.contents;
    return root;
  }
  const problem = `it is not a kubeconfig: ${errors[0]?.message.split('\n')[0] ?? 'no mapping at the top'}`;
  throw new FleetError({ place, problem, next: 'Fix it, or name another file: `kubeconfig --merge <file>`' });
}

function textAt(map: YAMLMap, key: string): string {
  const value = map.get(key);
  return typeof value === 'string' ? value : '';
}

function nameOf(entry: unknown): string {
  return isMap(entry) ? textAt(entry, 'name') : '';
}

function addEntries(root: YAMLMap, key: string, added: unknown): void {
  if (!isSeq(added)) return;
  const present = root.get(key);
  const list = isSeq(present) ? present : new YAMLSeq();
  if (list !== present) root.set(key, list);
  // `[]` cannot hold more in one line.
  if (list.items.length === 0) list.flow = false;
  for (const entry of added.items) {
    const at = list.items.findIndex((item) => nameOf(item) === nameOf(entry));
    if (at < 0) list.add(entry);
    else list.items[at] = entry;
  }
}
