import { possibleName, taken } from '../validation/check-names';
import type { Problem } from '../fleet-error';
import { at, type Named, named, textOf } from '../validation/schema';

/** Names that tenants cannot have. */
export interface TakenNames {
  readonly apps: Named;
  readonly reserved: readonly string[];
}

/** A tenant, or a namespace of one, by a name that is no name or that something else has. */
export function* tenantNames(tenants: Named, { apps, reserved }: TakenNames): Iterable<Problem> {
  const owners = new Map(Object.keys(apps).map((app) => [app, at('apps', app)]));
  for (const [name, tenant] of Object.entries(tenants)) {
    const place = at('tenants', name);
    yield* possibleName(place, name, 53);
    if (Object.hasOwn(apps, name)) yield taken(place, name, 'of an app');
    const own = `tenant-${name}`;
    if (Object.hasOwn(apps, own) || Object.hasOwn(tenants, own)) {
      const problem = `Flux's objects of the tenant are named \`${own}\`, and so is something else`;
      yield { place, problem, next: `Rename \`${own}\`` };
    }
    if (name === 'kustomization') yield taken(place, name, 'of the file that lists the apps of a cluster');
    const said = named(tenant)['namespaces'];
    if (Array.isArray(said) && said.length === 0) {
      yield {
        place: at(place, 'namespaces'),
        problem: 'the tenant has no namespace',
        next: 'Leave the key out, or say one',
      };
    }
    const namespaces = Array.isArray(said) ? said.map(textOf) : [name];
    for (const namespace of namespaces) {
      const owner = reserved.includes(namespace) ? 'a namespace that every cluster has' : owners.get(namespace);
      if (owner && !(Object.hasOwn(apps, name) && namespace === name)) {
        const problem = `the namespace \`${namespace}\` is that of ${owner.startsWith('a ') ? owner : `\`${owner}\``}`;
        yield { place: at(place, 'namespaces'), problem, next: 'Choose another' };
      }
      owners.set(namespace, place);
    }
  }
}
