import type { ObjectChange } from './report';

/** Equal ones of several clusters as one, in the order of the first. */
export function folded<T extends { readonly clusters: readonly string[] }>(all: readonly T[]): T[] {
  const byRest = new Map<string, T>();
  for (const one of all) {
    const key = JSON.stringify({ ...one, clusters: undefined });
    const same = byRest.get(key);
    byRest.set(key, same ? { ...same, clusters: [...new Set([...same.clusters, ...one.clusters])] } : one);
  }
  return [...byRest.values()];
}

/** Changes of objects, of which equal fields of several clusters are one, and those of the same clusters are together. */
export function foldedObjects(all: readonly ObjectChange[]): ObjectChange[] {
  const whole = folded(all);
  const groups = new Map<string, ObjectChange[]>();
  for (const one of whole) groups.set(identity(one), [...(groups.get(identity(one)) ?? []), one]);
  return [...groups.values()].flatMap((same) => (same.length === 1 ? same : byField(same)));
}

const identity = (one: ObjectChange) => JSON.stringify({ ...one, fields: [], effects: [], clusters: [] });

function byField(same: readonly ObjectChange[]): ObjectChange[] {
  const each = same.flatMap(({ fields, clusters }) => fields.map((field) => ({ field, clusters })));
  const effects = folded(same.flatMap((one) => one.effects.map((effect) => ({ effect, clusters: one.clusters }))));
  const fields = folded(each);
  const sets = [...new Set([...fields, ...effects].map(({ clusters }) => clusters.join(' ')))];
  const isOf = (set: string) => (one: { readonly clusters: readonly string[] }) => one.clusters.join(' ') === set;
  return sets.map((set) => ({
    ...same[0]!,
    clusters: set.split(' '),
    fields: fields.filter(isOf(set)).map(({ field }) => field),
    effects: effects.filter(isOf(set)).map(({ effect }) => effect),
  }));
}
