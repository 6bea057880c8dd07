import type { JsonOperation } from '../../model';
import { isRecord } from '../files/object';

/** An operation of a patch that does not fit the object. */
export class PatchError extends Error {}

/**
 * The object after the operations of a JSON patch. The object itself is not changed.
 *
 * https://datatracker.ietf.org/doc/html/rfc6902
 *
 * @throws PatchError for the first path that does not exist.
 */
export function jsonPatched(object: unknown, operations: readonly JsonOperation[]): unknown {
  const holder = { root: structuredClone(object) };
  for (const operation of operations) apply(holder, operation);
  return holder.root;
}

function apply(holder: { root: unknown }, operation: JsonOperation): void {
  const { op, path } = operation;
  if (op === 'add') put(holder, path, operation.value);
  if (op === 'remove') take(holder, path);
  if (op === 'replace') {
    take(holder, path);
    put(holder, path, operation.value);
  }
  if (op === 'move') put(holder, path, take(holder, operation.from));
  if (op === 'copy') put(holder, path, structuredClone(get(holder, operation.from)));
  if (op === 'test' && JSON.stringify(get(holder, path)) !== JSON.stringify(operation.value)) {
    throw new PatchError(`\`${path}\` is \`${JSON.stringify(get(holder, path))}\` in the base`);
  }
}

/** The holder of a value, and the value's key in it. */
function parentOf(holder: { root: unknown }, path: string): { parent: unknown; key: string } {
  const keys = ['root', ...path.split('/').slice(1)].map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  let parent: unknown = holder;
  for (const [depth, key] of keys.slice(0, -1).entries()) {
    parent = child(parent, key);
    if (parent === undefined)
      throw absent(
        `/${path
          .split('/')
          .slice(1, depth + 1)
          .join('/')}`,
      );
  }
  return { parent, key: keys.at(-1)! };
}

function child(parent: unknown, key: string): unknown {
  if (Array.isArray(parent)) return /^(0|[1-9]\d*)$/.test(key) ? (parent as unknown[])[Number(key)] : undefined;
  return isRecord(parent) && Object.hasOwn(parent, key) ? parent[key] : undefined;
}

function get(holder: { root: unknown }, path: string): unknown {
  const { parent, key } = parentOf(holder, path);
  const value = child(parent, key);
  if (value === undefined) throw absent(path);
  return value;
}

function take(holder: { root: unknown }, path: string): unknown {
  const value = get(holder, path);
  const { parent, key } = parentOf(holder, path);
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete (parent as Record<string, unknown>)[key];
  return value;
}

function put(holder: { root: unknown }, path: string, value: unknown): void {
  const { parent, key } = parentOf(holder, path);
  if (Array.isArray(parent)) {
    const index = key === '-' ? parent.length : Number(key);
    if (!/^(-|0|[1-9]\d*)$/.test(key) || index > parent.length) throw absent(path);
    parent.splice(index, 0, value);
  } else if (isRecord(parent)) parent[key] = value;
  else throw absent(path);
}

function absent(path: string): PatchError {
  return new PatchError(`\`${path}\` does not exist in the base`);
}
