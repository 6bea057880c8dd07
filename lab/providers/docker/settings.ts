import { type Change, changesBetween, type Difference } from '../rpc/diff';
import { randomName } from '../rpc/names';
import { type Checked, type CheckRequest, type DiffRequest, unsupportedFields } from '../rpc/provider';
import { isProps, isUnknown, type Props } from '../rpc/values';

export interface Rules {
  /** Values that mean the same as leaving the field out. */
  readonly defaults: Props;
  /** Fields that can change without a new resource. */
  readonly mutable: ReadonlySet<string>;
  /** Lists in which order means nothing. */
  readonly sets?: readonly string[];
}

/** Refuses fields that are not served, and names a resource that was given no name, for good. */
export function checkSettings({ news, olds, name, randomSeed }: CheckRequest, served: ReadonlySet<string>): Checked {
  const failures = unsupportedFields(news, served);
  const chosen = news.name ?? olds.name ?? randomName(name, 7, randomSeed);
  return { inputs: { ...news, name: chosen }, failures };
}

/** Docker's objects can hardly be changed once they exist: most changes replace them. */
export function diffSettings({ oldInputs, oldState, news }: DiffRequest, rules: Rules): Difference {
  const before = normal(asGiven(oldInputs) as Props, rules);
  const after = normal(news, rules);
  const changes = changesBetween(before, after).filter((change) => !isSo(change, after, oldState));
  const replacing = changes.filter(({ path }) => !rules.mutable.has(String(path[0])));
  const sameName = oldInputs.name === news.name && !isUnknown(news.name);
  return { changes, replacing, deleteBeforeReplace: sameName };
}

/** Without what the official plugin has put in by itself, in each object, and listed there under `__defaults`. */
function asGiven(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asGiven);
  if (!isProps(value)) return value;
  const { __defaults: added = [], ...rest } = value;
  const given = Object.entries(rest).filter(([key]) => !(added as string[]).includes(key));
  return Object.fromEntries(given.map(([key, item]) => [key, asGiven(item)]));
}

/** Without defaults, without empties, and with the lists that are sets in one order. */
function normal(inputs: Props, { defaults, sets = [] }: Rules): Props {
  const kept = Object.entries(inputs).filter(([key, value]) => {
    if (Array.isArray(value)) return value.length > 0;
    return changesBetween(defaults[key], value).length > 0;
  });
  return Object.fromEntries(kept.map(([key, value]) => [key, sets.includes(key) ? ordered(value) : value]));
}

function ordered(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const keyed = value.map((item: unknown) => ({ item, key: JSON.stringify(item) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ item }) => item);
}

/** A field that an imported resource's inputs lack may already be as the program wants it. */
function isSo({ path, kind }: Change, news: Props, state: Props): boolean {
  const key = String(path[0]);
  return kind === 'add' && path.length === 1 && changesBetween(state[key], news[key]).length === 0;
}
