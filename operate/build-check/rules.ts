import { cipherText, type Fleet, fluxNamespace, isEncryptedFile, type PodSecurity } from '../../model';
import { podOf } from './pod';
import { misordered } from './order';
import { isApart } from './post-render';
import { containersOf, lacking, standardOf } from './pod-security';
import type { BuiltObject, Fault } from './built';
import { definedScopes, groupOf, isNamespaced, type KubernetesObject, title } from './object';

/** What is wrong with everything that a cluster builds. */
export function faultsIn(fleet: Fleet, built: readonly BuiltObject[]): Fault[] {
  const scopes = definedScopes(built.map(({ object }) => object));
  return [
    ...duplicates(built, scopes),
    ...plainSecrets(built),
    ...misplaced(fleet, built, scopes),
    ...misordered(fleet, built),
    ...imageless(built),
    ...insecure(fleet, built),
  ];
}

type Scopes = ReadonlyMap<string, boolean>;

/** An object that is made twice: Flux and Helm refuse it in one app, and two apps would overwrite each other's. */
function* duplicates(built: readonly BuiltObject[], scopes: Scopes): Iterable<Fault> {
  const first = new Map<string, BuiltObject>();
  for (const one of built) {
    // Helm makes hooks one after the other, and of definitions it makes the first, so that two may have one name.
    if (isApart(one)) continue;
    const { kind, metadata } = one.object;
    // Helm puts an object without a namespace into the release's.
    const own = metadata.namespace ?? (one.chart && one.unit.name);
    const namespace = isNamespaced(one.object, scopes) === false ? '' : own;
    const id = JSON.stringify([groupOf(one.object), kind, namespace, metadata.name]);
    const other = first.get(id);
    if (!other) {
      first.set(id, one);
      continue;
    }
    const where = namespace ? ` in the namespace \`${namespace}\`` : '';
    const object = `${title(one.object)}${where}`;
    const [mine, theirs] = [one.unit.name, other.unit.name];
    yield mine === theirs
      ? { built: one, problem: `${object} is in it twice`, next: 'Remove one of the two, or rename it' }
      : {
          built: one,
          problem: `${object} is also in \`${theirs}\`, and an object can belong to one app only`,
          next: `Remove it from \`${mine}\` or \`${theirs}\`, or rename one of the two`,
        };
  }
}

/** A Secret that SOPS has not encrypted. Those of charts are made in the cluster, and are not in Git. */
function* plainSecrets(built: readonly BuiltObject[]): Iterable<Fault> {
  for (const one of built) {
    const { object } = one;
    if (one.chart || object.kind !== 'Secret' || groupOf(object) !== '') continue;
    const keys = plainKeys(object);
    if (keys.length === 0) continue;
    yield {
      built: one,
      problem: `${keys.map((key) => `\`${key}\``).join(', ')} of ${title(object)} would be in Git in plain text`,
      next:
        "Add the keys to the app's `secrets`, and set them with `npm run fleet -- secrets set <cluster> <app> <key>`; " +
        'or encrypt the file with `sops encrypt --in-place`',
    };
  }
}

function plainKeys(object: KubernetesObject): string[] {
  const values = { ...(object['data'] as object), ...(object['stringData'] as object) };
  return Object.entries(values)
    .filter(([key, value]) => !cipherText(value) && !isDecryptedBefore(key, value))
    .map(([key]) => key);
}

/** Whether a generator's value is a file or a variable that SOPS has encrypted, which Flux decrypts before it builds. */
function isDecryptedBefore(key: string, value: unknown): boolean {
  const text = typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : '';
  return key.startsWith('sops_') || cipherText(text) !== undefined || isEncryptedFile(text);
}

/** The namespaces that every cluster has. */
const ownNamespaces = [fluxNamespace, 'default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** An object without a namespace, or in one that nothing makes: Flux cannot apply it. */
function* misplaced({ apps }: Fleet, built: readonly BuiltObject[], scopes: Scopes): Iterable<Fault> {
  const made = new Set(ownNamespaces);
  for (const { object } of built) if (object.kind === 'Namespace') made.add(object.metadata.name);
  for (const one of built) {
    // Helm puts an object without a namespace into the release's.
    if (one.chart && !one.object.metadata.namespace) continue;
    const { namespace } = one.object.metadata;
    const namespaced = isNamespaced(one.object, scopes);
    if (namespaced && !namespace) {
      const next = 'Set `metadata.namespace`';
      yield { built: one, problem: `${title(one.object)} has no namespace`, next };
    } else if (namespaced !== false && namespace && !made.has(namespace)) {
      yield {
        built: one,
        problem: `${title(one.object)} is in the namespace \`${namespace}\`, which nothing in the cluster makes`,
        next: `Add a Namespace \`${namespace}\` to the app, or ${
          apps[one.unit.name]?.type === 'kustomize'
            ? `set \`namespaces: 'app'\` in \`apps.${one.unit.name}\``
            : 'change the namespace'
        }`,
      };
    }
  }
}

/** A container without an image, which Kubernetes refuses: a patch has made it whose container has another name. */
function* imageless(built: readonly BuiltObject[]): Iterable<Fault> {
  for (const one of built) {
    for (const { name, image } of containersOf(podOf(one.object)?.spec ?? {})) {
      if (image) continue;
      const problem = `the container \`${name}\` of ${title(one.object)} has no image`;
      yield { built: one, problem, next: 'Set its image, or give a patch the name of the container that it is for' };
    }
  }
}

const enforceLabel = 'pod-security.kubernetes.io/enforce';

/** An object whose pods do not meet the Pod Security Standard of their namespace: it is applied, and never gets a pod. */
function* insecure(fleet: Fleet, built: readonly BuiltObject[]): Iterable<Fault> {
  const namespaces = new Map(
    built.filter(({ object }) => object.kind === 'Namespace').map((one) => [one.object.metadata.name, one]),
  );
  for (const one of built) {
    const pod = podOf(one.object);
    const namespace = namespaces.get(one.object.metadata.namespace ?? one.unit.name);
    const level = namespace?.object.metadata.labels?.[enforceLabel];
    if (!pod || !namespace || !isStandard(level)) continue;
    const sentences = lacking(pod, level);
    if (sentences.length === 0) continue;
    const { name } = namespace.object.metadata;
    yield {
      built: one,
      problem:
        `the pods of ${title(one.object)} do not meet the Pod Security Standard \`${level}\` of the namespace \`${name}\`, ` +
        `and would not start: ${sentences.join('; ')}`,
      next: `${loosen(fleet, namespace, standardOf(pod))}, or change the pods`,
    };
  }
}

function isStandard(level: string | undefined): level is PodSecurity {
  return level === 'restricted' || level === 'baseline' || level === 'privileged';
}

/** How a namespace is given another standard: those that we make have the app's or the tenant's. */
function loosen({ apps, tenants }: Fleet, namespace: BuiltObject, standard: PodSecurity): string {
  const { name } = namespace.unit;
  if (!/\/base\/namespace[^/]*\.yaml$/.test(namespace.file))
    return `Set the label \`${enforceLabel}: ${standard}\` of the Namespace \`${namespace.object.metadata.name}\``;
  const place = Object.hasOwn(tenants, name) ? `tenants.${name}` : `apps.${name}`;
  const hasProperty = Object.hasOwn(tenants, name) || 'podSecurity' in apps[name]!;
  return hasProperty
    ? `Set \`podSecurity: '${standard}'\` in \`${place}\``
    : `Set the label \`${enforceLabel}: ${standard}\` by a patch of the Namespace in \`runs.${namespace.unit.cluster}.${name}\``;
}
