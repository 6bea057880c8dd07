import { isObject } from '../../model/validation/values';

/** The fields that identify an item of a list in Kubernetes, the first that fits counts. Of some lists they are others. */
const keysOf: Readonly<Record<string, readonly (readonly string[])[]>> = {
  ports: [
    ['containerPort', 'protocol'],
    ['port', 'protocol'],
  ],
  volumeMounts: [['mountPath']],
  volumeDevices: [['devicePath']],
  items: [['key']],
};

const commonKeys: readonly (readonly string[])[] = [
  ['kind', 'namespace', 'name'],
  ['kind', 'name', 'targetPath'],
  ['kind', 'name'],
  ['name'],
  ['key'],
  ['mountPath'],
  ['topologyKey'],
  ['ip'],
  ['host'],
  ['path'],
  ['type'],
  ['id'],
];

/** What is left out where Kubernetes sets it. */
const defaults: Readonly<Record<string, string>> = { protocol: 'TCP' };

/**
 * How items of two lists are matched: by the value of the first of Kubernetes's keys that every item has, and no two of one
 * list share. Undefined where there is no such key.
 */
export function itemKeys(
  field: string,
  before: readonly unknown[],
  after: readonly unknown[],
): ((item: unknown) => string) | undefined {
  const all = [...before, ...after];
  if (all.length === 0 || !all.every(isObject)) return undefined;
  for (const keys of [...(keysOf[field] ?? []), ...commonKeys]) {
    const keyOf = (item: unknown) => keyed(item as Record<string, unknown>, keys);
    const isUnique = (items: readonly unknown[]) => new Set(items.map(keyOf)).size === items.length;
    if (all.every((item) => keyOf(item) !== '') && isUnique(before) && isUnique(after)) return keyOf;
  }
  return undefined;
}

/** The values of an item's keys; empty where one is missing. */
function keyed(item: Record<string, unknown>, keys: readonly string[]): string {
  const values = keys.map((key) => item[key] ?? defaults[key]);
  if (!values.every((value) => typeof value === 'string' || typeof value === 'number')) return '';
  return values.join('/');
}

/** An item of one list beside what it became in the other. */
export interface Aligned {
  /** Its place in the list that has it, the new one if both do. */
  readonly index: number;
  readonly before?: unknown;
  readonly after?: unknown;
}

/**
 * The items of two lists without keys, in order: the same ones beside each other, by the longest sequence that both have;
 * between these, the first that is gone beside the first that is new. Gives those that differ.
 */
export function alignedItems(
  before: readonly unknown[],
  after: readonly unknown[],
  isSame: (one: unknown, other: unknown) => boolean,
): Aligned[] {
  const found: Aligned[] = [];
  let [from, to] = [0, 0];
  for (const [one, other] of [...common(before, after, isSame), [before.length, after.length] as const]) {
    const [gone, come] = [before.slice(from, one), after.slice(to, other)];
    for (let i = 0; i < Math.max(gone.length, come.length); i++)
      found.push({ index: (i < come.length ? to : from) + i, before: gone[i], after: come[i] });
    [from, to] = [one + 1, other + 1];
  }
  return found;
}

/** The places of the longest common subsequence. */
function common(
  before: readonly unknown[],
  after: readonly unknown[],
  isSame: (one: unknown, other: unknown) => boolean,
): (readonly [number, number])[] {
  const same = before.map((one) => after.map((other) => isSame(one, other)));
  const lengths = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      lengths[i]![j] = same[i]![j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
  const places: (readonly [number, number])[] = [];
  for (let [i, j] = [0, 0]; i < before.length && j < after.length;) {
    if (same[i]![j]) places.push([i++, j++]);
    else if (lengths[i + 1]![j]! >= lengths[i]![j + 1]!) i++;
    else j++;
  }
  return places;
}
