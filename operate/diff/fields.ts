import { structuredPatch } from 'diff';

import { isObject } from '../../model/validation/values';
import { Hidden } from './hidden';
import { alignedItems, itemKeys } from './lists';

/** A field that differs. Values of Secrets are in none. */
export interface FieldChange {
  /** `spec.template.spec.containers[app-a].image`: items of lists by their key. */
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed' | 'reordered';
  readonly before?: unknown;
  readonly after?: unknown;
  /** Of texts of several lines, what differs, as in a unified diff. */
  readonly hunks?: readonly string[];
  /** Why no value is shown: it is a secret, of which only a digest, or only the ciphertext, was compared. */
  readonly hidden?: 'value' | 'ciphertext';
}

/** What differs between two objects, by field, in the order of their keys. */
export function fieldChanges(before: unknown, after: unknown): FieldChange[] {
  const changes: FieldChange[] = [];
  walk({ path: '', key: '', before, after }, changes);
  return changes;
}

/** Whether two parts of objects are the same, whatever the order of their keys. */
export function isSame(one: unknown, other: unknown): boolean {
  return one === other || fieldChanges(one, other).length === 0;
}

interface Pair {
  readonly path: string;
  /** The last key of the path that is no item of a list: `containers`. */
  readonly key: string;
  readonly before: unknown;
  readonly after: unknown;
}

function walk({ path, key, before, after }: Pair, changes: FieldChange[]): void {
  if (before === after || (isNothing(before) && isNothing(after))) return;
  if (before instanceof Hidden || after instanceof Hidden) {
    const change = hiddenChange(path, before, after);
    if (change) changes.push(change);
  } else if (isNothing(before) || isNothing(after)) {
    const present = isNothing(before) ? after : before;
    if (!holdsHidden(present)) return void changes.push(valueChange(path, before, after));
    // Of what has a secret in it, each field apart.
    const other = Array.isArray(present) ? [] : {};
    walk({ path, key, before: before ?? other, after: after ?? other }, changes);
  } else if (isObject(before) && isObject(after)) {
    for (const name of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort())
      walk({ path: joinPath(path, name), key: name, before: before[name], after: after[name] }, changes);
  } else if (Array.isArray(before) && Array.isArray(after)) walkList({ path, key, before, after }, changes);
  else changes.push(valueChange(path, before, after));
}

function walkList({ path, key, before, after }: Pair, changes: FieldChange[]): void {
  const [old, now] = [before as readonly unknown[], after as readonly unknown[]];
  const keys = itemKeys(key, old, now);
  if (!keys) {
    for (const { index, before: one, after: other } of alignedItems(old, now, isSame))
      walk({ path: `${path}[${index}]`, key, before: one, after: other }, changes);
    return;
  }
  const [oldByKey, nowByKey] = [old, now].map((items) => new Map(items.map((item) => [keys(item), item])));
  for (const name of new Set([...oldByKey!.keys(), ...nowByKey!.keys()]))
    walk({ path: `${path}[${name}]`, key, before: oldByKey!.get(name), after: nowByKey!.get(name) }, changes);
  const common = (names: Iterable<string>, others: ReadonlyMap<string, unknown>) =>
    [...names].filter((name) => others.has(name));
  const [was, is] = [common(oldByKey!.keys(), nowByKey!), common(nowByKey!.keys(), oldByKey!)];
  if (was.join('\0') !== is.join('\0')) changes.push({ path, change: 'reordered', before: was, after: is });
}

function hiddenChange(path: string, before: unknown, after: unknown): FieldChange | undefined {
  if (isNothing(before)) return { path, change: 'added', hidden: 'value' };
  if (isNothing(after)) return { path, change: 'removed', hidden: 'value' };
  if (!(before instanceof Hidden && after instanceof Hidden)) return { path, change: 'changed', hidden: 'value' };
  if (before.isSameAs(after)) return undefined;
  return { path, change: 'changed', hidden: before.isComparable(after) ? 'value' : 'ciphertext' };
}

function valueChange(path: string, before: unknown, after: unknown): FieldChange {
  const change = isNothing(before) ? 'added' : isNothing(after) ? 'removed' : 'changed';
  const values = { ...(!isNothing(before) && { before }), ...(!isNothing(after) && { after }) };
  if (typeof before !== 'string' || typeof after !== 'string') return { path, change, ...values };
  const isLong = [before, after].some((value) => value.trimEnd().includes('\n'));
  return { path, change, ...values, ...(isLong && { hunks: hunksOf(before, after) }) };
}

/** What differs between two texts, with three lines around it. */
function hunksOf(before: string, after: string): string[] {
  const { hunks } = structuredPatch('', '', before, after, '', '', { context: 3 });
  return hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
    ...lines,
  ]);
}

/** A key without a value is as good as none. */
function isNothing(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function holdsHidden(value: unknown): boolean {
  if (value instanceof Hidden) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsHidden);
}

function joinPath(path: string, name: string): string {
  if (!/^[\w-]+$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path ? `${path}.${name}` : name;
}
