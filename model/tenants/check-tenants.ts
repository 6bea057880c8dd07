import type { Problem } from '../fleet-error';
import { asRecord, at, nameInUse, toText, type UnknownRecord, validName } from '../validation/values';

/** Tenants whose name, or the name of one of their namespaces, is invalid or in use. */
export function* tenantNames(
  tenants: UnknownRecord,
  { apps, reserved }: { apps: UnknownRecord; reserved: readonly string[] },
): Iterable<Problem> {
  const owners = new Map(Object.keys(apps).map((app) => [app, at('apps', app)]));
  for (const [name, tenant] of Object.entries(tenants)) {
    const place = at('tenants', name);
    yield* validName(place, name, 53);
    if (Object.hasOwn(apps, name)) yield nameInUse(place, name, 'an app');
    const own = `tenant-${name}`;
    if (Object.hasOwn(apps, own) || Object.hasOwn(tenants, own)) {
      const problem = `the tenant's own Flux objects have the name \`${own}\`, which an app or another tenant has too`;
      yield { place, problem, next: `Rename \`${own}\`` };
    }
    if (name === 'kustomization') yield nameInUse(place, name, "the file that lists a cluster's apps");
    const list = asRecord(tenant)['namespaces'];
    const here = at(place, 'namespaces');
    if (Array.isArray(list) && list.length === 0) {
      yield { place: here, problem: 'the tenant has no namespace', next: 'List at least one, or remove the property' };
    }
    for (const namespace of Array.isArray(list) ? list.map(toText) : [name]) {
      const owner = owners.get(namespace);
      if (reserved.includes(namespace)) {
        const problem = `every cluster already has a namespace \`${namespace}\``;
        yield { place: here, problem, next: 'Choose another namespace' };
      } else if (owner && !(Object.hasOwn(apps, name) && namespace === name)) {
        const problem = `the namespace \`${namespace}\` already belongs to \`${owner}\``;
        yield { place: here, problem, next: 'Choose another namespace' };
      }
      owners.set(namespace, place);
    }
  }
}
