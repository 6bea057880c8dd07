import { PatchError } from './json-patch';
import { isRecord } from '../files/object';

/**
 * The keys by which kustomize finds the items of a list in Kubernetes's own objects. Other lists are replaced.
 *
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
 */
const mergeKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  imagePullSecrets: ['name'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
  ports: ['containerPort', 'port'],
};

/**
 * The object with a patch merged into it. The result is exact in its keys and list items, but not in their order: it is
 * used to find out whether the next patch fits.
 *
 * @throws PatchError for a key or item that the patch removes and the object does not have.
 */
export function merged(object: unknown, patch: unknown, props: { strategic: boolean }): unknown {
  return mergeValue({ ...props, path: '' }, object, patch);
}

interface Context {
  /** Whether the rules are those of Kubernetes's own objects; lists of custom resources are replaced. */
  readonly strategic: boolean;
  readonly path: string;
}

function mergeValue(context: Context, base: unknown, patch: unknown): unknown {
  if (Array.isArray(patch)) return mergeList(context, base, patch);
  if (!isRecord(patch)) return patch;
  const { $patch, ...content } = patch;
  if ($patch === 'replace') return content;
  const result: Record<string, unknown> = isRecord(base) ? { ...base } : {};
  for (const [key, value] of Object.entries(content)) {
    const path = `${context.path}/${key}`;
    if (value === undefined) continue;
    if (value !== null) result[key] = mergeValue({ ...context, path }, result[key], value);
    else if (Object.hasOwn(result, key)) delete result[key];
    else throw PatchError.missing(path);
  }
  return result;
}

function mergeList(context: Context, base: unknown, patch: readonly unknown[]): unknown {
  const name = context.path.split('/').at(-1)!;
  const keys = context.strategic && Object.hasOwn(mergeKeys, name) ? mergeKeys[name]! : [];
  const key = keys.find((each) => patch.every((item) => isRecord(item) && item[each] !== undefined));
  if (!key || patch.length === 0) return patch;
  const items: unknown[] = Array.isArray(base) ? [...(base as unknown[])] : [];
  const added: unknown[] = [];
  for (const item of patch as readonly Record<string, unknown>[]) {
    const path = `${context.path}/${String(item[key])}`;
    const index = items.findIndex((each) => isRecord(each) && each[key] === item[key]);
    if (item['$patch'] !== 'delete') {
      if (index >= 0) items[index] = mergeValue({ ...context, path }, items[index], item);
      else added.push(newItem({ ...context, path }, name, item));
    } else if (index >= 0) items.splice(index, 1);
    else throw PatchError.missing(path);
  }
  return [...added, ...items];
}

/** A new item of a list. A container without an image is not new: the patch is meant for one that does not exist. */
function newItem(context: Context, list: string, item: Record<string, unknown>): unknown {
  if (/containers$/i.test(list) && item['image'] === undefined) throw PatchError.missing(context.path);
  return mergeValue(context, {}, item);
}
