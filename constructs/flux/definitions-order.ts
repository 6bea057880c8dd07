import type { Fleet, Problem } from '../../model';
import type { Base } from '../apps/base';
import { customKind, definedKinds } from '../apps/cluster-scope';
import type { KubernetesObject } from '../files/object';

/**
 * Apps with a custom resource whose definition is in another app, and that do not come after that app. Within one app
 * no order is needed: Flux applies definitions and namespaces first, and waits for them.
 */
export function* definitionsOrder(fleet: Fleet, bases: ReadonlyMap<string, Base>): Iterable<Problem> {
  const owners = new Map<string, string>();
  for (const [name, { objects, definitions = [] }] of bases) {
    for (const kind of definedKinds([...objects, ...definitions])) owners.set(kind, name);
  }
  if (owners.size === 0) return;
  for (const [name, { objects }] of bases) {
    for (const [kind, owner] of kindsOfOthers(objects, name, owners)) {
      if (comesAfter(fleet, name, owner)) continue;
      yield {
        place: `apps.${name}`,
        problem: `it has a \`${kind.split('.')[0]}\`, whose definition is in \`${owner}\``,
        next: `Add \`after: ['${owner}']\` to \`${name}\``,
      };
    }
  }
}

/** The custom kinds of an app's objects that other apps define, with the app that does. */
function kindsOfOthers(
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
  // The loop also visits the names that are added to the set while it runs.
  for (const each of before)
    for (const earlier of (fleet.apps[each] ?? fleet.tenants[each])?.after ?? []) before.add(earlier);
  return before.has(other);
}
