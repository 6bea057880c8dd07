import { isDeepStrictEqual } from 'node:util';
import type { JsonOperation } from '../../model';
import { isRecord } from '../files/object';

/** A patch that does not fit the object. */
export class PatchError extends Error {
  static missing(path: string): PatchError {
    return new PatchError(`\`${path}\` does not exist in the base`);
  }
}

/**
 * The object after the operations of a JSON patch. The object itself is not changed.
 *
 * https://datatracker.ietf.org/doc/html/rfc6902
 *
 * @throws PatchError for the first path that does not exist.
 */
export function jsonPatched(object: unknown, operations: readonly JsonOperation[]): unknown {
  // The document is a property, so that it can be replaced itself.
  const holder = { root: structuredClone(object) };
  for (const operation of operations) {
    const { op, path } = operation;
    if (op === 'remove' || op === 'replace') remove(holder, path);
    if (op === 'add' || op === 'replace') add(holder, path, operation.value);
    if (op === 'move') add(holder, path, remove(holder, operation.from));
    if (op === 'copy') add(holder, path, structuredClone(get(holder, operation.from)));
    if (op === 'test' && !isDeepStrictEqual(get(holder, path), operation.value)) {
      throw new PatchError(`\`${path}\` is \`${JSON.stringify(get(holder, path))}\` in the base`);
    }
  }
  return holder.root;
}

/** The object or list that contains a value, and the value's key in it. */
function parentOf(holder: { root: unknown }, path: string): { parent: unknown; key: string } {
  const keys = path.split('/').map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const parents = ['root', ...keys.slice(1)];
  let parent: unknown = holder;
  for (const [depth, key] of parents.slice(0, -1).entries()) {
    parent = child(parent, key);
    if (parent === undefined) throw PatchError.missing(path.split('/', depth + 1).join('/'));
  }
  return { parent, key: parents.at(-1)! };
}

function child(parent: unknown, key: string): unknown {
  if (Array.isArray(parent)) return /^(0|[1-9]\d*)$/.test(key) ? (parent as unknown[])[Number(key)] : undefined;
  return isRecord(parent) && Object.hasOwn(parent, key) ? parent[key] : undefined;
}

function get(holder: { root: unknown }, path: string): unknown {
  const { parent, key } = parentOf(holder, path);
  const value = child(parent, key);
  if (value === undefined) throw PatchError.missing(path);
  return value;
}

function remove(holder: { root: unknown }, path: string): unknown {
  const value = get(holder, path);
  const { parent, key } = parentOf(holder, path);
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete (parent as Record<string, unknown>)[key];
  return value;
}

function add(holder: { root: unknown }, path: string, value: unknown): void {
  const { parent, key } = parentOf(holder, path);
  if (Array.isArray(parent)) {
    const index = key === '-' ? parent.length : Number(key);
    if (!/^(-|0|[1-9]\d*)$/.test(key) || index > parent.length) throw PatchError.missing(path);
    parent.splice(index, 0, value);
  } else if (isRecord(parent)) parent[key] = value;
  else throw PatchError.missing(path);
}
