import type { Fleet, Problem } from '../../model';
import type { Base } from '../apps/base';
import { customKind, definedKinds } from '../apps/cluster-scope';

/**
 * Apps with a custom resource whose definition is in another app, and that do not come after that app. Within one app
 * no order is needed: Flux applies definitions and namespaces first, and waits for them.
 */
export function* definitionsOrder(fleet: Fleet, bases: ReadonlyMap<string, Base>): Iterable<Problem> {
  const owners = new Map<string, string>();
  for (const [name, { objects, definitions = [] }] of bases) {
    for (const kind of definedKinds([...objects, ...definitions])) owners.set(kind, name);
  }
  for (const [name, { objects }] of bases) {
    for (const kind of new Set(objects.map(customKind))) {
      const owner = owners.get(kind ?? '');
      if (!kind || owner === undefined || owner === name || comesAfter(fleet, name, owner)) continue;
      yield {
        place: `apps.${name}`,
        problem: `it has a \`${kind.split('.')[0]}\`, whose definition is in \`${owner}\``,
        next: `Add \`after: ['${owner}']\` to \`${name}\``,
      };
    }
  }
}

function comesAfter(fleet: Fleet, name: string, other: string): boolean {
  const before = new Set(fleet.apps[name]?.after);
  // The loop also visits the names that are added to the set while it runs.
  for (const each of before)
    for (const earlier of (fleet.apps[each] ?? fleet.tenants[each])?.after ?? []) before.add(earlier);
  return before.has(other);
}
