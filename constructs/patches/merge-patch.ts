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

/** How a merge is done: by Kubernetes's own rules, or by those of custom resources, whose lists are replaced. */
export interface MergeProps {
  readonly strategic: boolean;
}

/**
 * The object with a patch merged into it. Only what must be known of the result is modelled: which keys and items
 * there are, and whether those that the patch takes away were there.
 *
 * @throws PatchError that names what the patch takes away and the object does not have.
 */
export function merged(object: unknown, patch: unknown, props: MergeProps): unknown {
  return mergeValue({ ...props, path: '' }, object, patch);
}

interface Place extends MergeProps {
  readonly path: string;
}

function mergeValue(place: Place, base: unknown, patch: unknown): unknown {
  if (Array.isArray(patch)) return mergeList(place, base, patch);
  if (!isRecord(patch)) return patch;
  if (patch['$patch'] === 'replace') return without(patch, '$patch');
  const result: Record<string, unknown> = isRecord(base) ? { ...base } : {};
  for (const [key, value] of Object.entries(patch)) {
    const path = `${place.path}/${key}`;
    if (value === undefined || key === '$patch') continue;
    if (value !== null) result[key] = mergeValue({ ...place, path }, result[key], value);
    else if (Object.hasOwn(result, key)) delete result[key];
    else throw new PatchError(`there is no \`${path}\` in the base`);
  }
  return result;
}

function mergeList(place: Place, base: unknown, patch: readonly unknown[]): unknown {
  const name = place.path.split('/').at(-1)!;
  const keys = place.strategic && Object.hasOwn(mergeKeys, name) ? mergeKeys[name]! : [];
  const key = keys.find((each) => patch.every((item) => isRecord(item) && item[each] !== undefined));
  if (!key || patch.length === 0) return patch;
  const items: unknown[] = Array.isArray(base) ? [...(base as unknown[])] : [];
  const fresh: unknown[] = [];
  for (const item of patch as readonly Record<string, unknown>[]) {
    const path = `${place.path}/${String(item[key])}`;
    const index = items.findIndex((each) => isRecord(each) && each[key] === item[key]);
    if (item['$patch'] !== 'delete') {
      if (index >= 0) items[index] = mergeValue({ ...place, path }, items[index], item);
      else fresh.push(added({ ...place, path }, name, item));
    } else if (index >= 0) items.splice(index, 1);
    else throw new PatchError(`there is no \`${path}\` in the base`);
  }
  return [...fresh, ...items];
}

/** A container without an image is no new container: it is a change of one that is not there. */
function added(place: Place, list: string, item: Record<string, unknown>): unknown {
  if (/containers$/i.test(list) && item['image'] === undefined) {
    throw new PatchError(`there is no \`${place.path}\` in the base`);
  }
  return mergeValue(place, {}, item);
}

function without(object: Record<string, unknown>, key: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([each]) => each !== key));
}
