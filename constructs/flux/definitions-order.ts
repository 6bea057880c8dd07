import type { Fleet, Problem } from '../../model';
import type { Base } from '../apps/base';
import { customKind, definedKinds } from '../apps/cluster-scope';
import type { KubernetesObject } from '../files/object';

/**
 * Custom resources of an app whose definition another app brings and that do not wait for it. Within one app they
 * need no order: Flux applies definitions and namespaces first, and waits for them.
 */
export function* definitionsOrder(fleet: Fleet, bases: ReadonlyMap<string, Base>): Iterable<Problem> {
  const owners = new Map<string, string>();
  for (const [name, { objects, chart }] of bases) {
    for (const kind of definedKinds([...objects, ...(chart?.definitions ?? [])])) owners.set(kind, name);
  }
  if (owners.size === 0) return;
  for (const [name, { objects }] of bases) {
    for (const [kind, owner] of foreign(objects, name, owners)) {
      if (comesAfter(fleet, name, owner)) continue;
      yield {
        place: `apps.${name}`,
        problem: `it makes a \`${kind.split('.')[0]}\`, and \`${owner}\` brings the definition of that kind`,
        next: `Say \`after: ['${owner}']\` in \`${name}\``,
      };
    }
  }
}

/** The custom kinds of an app's objects that other apps define, each once, and who does. */
function foreign(
  objects: readonly KubernetesObject[],
  name: string,
  owners: ReadonlyMap<string, string>,
): Map<string, string> {
  const kinds = objects.map(customKind).filter((kind) => kind !== undefined);
  const others = kinds.flatMap((kind): [string, string][] => {
    const owner = owners.get(kind);
    return owner !== undefined && owner !== name ? [[kind, owner]] : [];
  });
  return new Map(others);
}

function comesAfter(fleet: Fleet, name: string, other: string): boolean {
  const before = new Set(fleet.apps[name]?.after);
  // A set is gone through with what is added to it on the way.
  for (const each of before)
    for (const more of (fleet.apps[each] ?? fleet.tenants[each])?.after ?? []) before.add(more);
  return before.has(other);
}
