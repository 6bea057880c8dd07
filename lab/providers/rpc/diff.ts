import { isProps, isUnknown, type Path, type Props } from './values';

export interface Change {
  readonly path: Path;
  readonly kind: 'add' | 'delete' | 'update';
}

export interface Difference {
  readonly changes: readonly Change[];
  /** Those changes that only a new resource can bring about. */
  readonly replacing: readonly Change[];
  /** True when the old resource stands in the way of the new one, by its name for example. */
  readonly deleteBeforeReplace?: boolean;
}

/** Every leaf at which two values differ. An unknown differs from everything. */
export function changesBetween(before: unknown, after: unknown, path: Path = []): Change[] {
  if (before === undefined || before === null) return after === undefined ? [] : [{ path, kind: 'add' }];
  if (after === undefined || after === null) return [{ path, kind: 'delete' }];
  if (isUnknown(after)) return [{ path, kind: 'update' }];
  if (Array.isArray(before) && Array.isArray(after)) {
    const indices = [...Array(Math.max(before.length, after.length)).keys()];
    return indices.flatMap((index) => changesBetween(before[index], after[index], [...path, index]));
  }
  if (isProps(before) && isProps(after)) return changesInProps(before, after, path);
  return before === after ? [] : [{ path, kind: 'update' }];
}

export function sameValue(a: unknown, b: unknown): boolean {
  return changesBetween(a, b).length === 0;
}

/** A path as Pulumi writes it: `spec.ports[0]`, `metadata.labels["app.kubernetes.io/name"]`. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    if (!/^[A-Za-z_$][\w$]*$/.test(part)) return `${text}[${JSON.stringify(part)}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

function changesInProps(before: Props, after: Props, path: Path): Change[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => changesBetween(before[key], after[key], [...path, key]));
}
