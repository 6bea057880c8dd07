import type { Fleet } from '../../model';
import type { BuiltObject, Fault } from './built';
import { definedScopes, groupOf, title } from './object';

/**
 * Custom resources whose definition is in another app, which does not come before theirs. Within one app no order is
 * needed: Flux and Helm apply definitions first, and wait for them.
 */
export function* misordered(fleet: Fleet, built: readonly BuiltObject[]): Iterable<Fault> {
  const owners = new Map<string, Set<string>>();
  for (const { unit, object } of built) {
    for (const kind of definedScopes([object]).keys())
      owners.set(kind, new Set([...(owners.get(kind) ?? []), unit.name]));
  }
  for (const one of built) {
    const { name } = one.unit;
    const [owner, ...others] = owners.get(`${one.object.kind}.${groupOf(one.object)}`) ?? [];
    if (owner === undefined || [owner, ...others].some((each) => comesAfter(fleet, name, each))) continue;
    yield {
      built: one,
      problem: `the definition of ${title(one.object)} is in \`${owner}\``,
      next: `Add \`after: ['${owner}']\` to \`${name}\``,
    };
  }
}

/** Whether one comes after another, or is it. */
function comesAfter({ apps, tenants }: Fleet, name: string, other: string): boolean {
  const before = new Set([name]);
  // The loop also visits the names that are added to the set while it runs.
  for (const each of before) for (const earlier of (apps[each] ?? tenants[each])?.after ?? []) before.add(earlier);
  return before.has(other);
}
