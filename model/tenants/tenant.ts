import type { PodSecurity } from '../apps/app';
import { withDefaults } from '../defaults';
import { fluxNamespace } from '../names';
import type { PatchesByName } from '../patches/patch';
import type { InSecret } from '../secrets/secret';

/** A Git repository of the tenant's own. */
export interface GitSource {
  readonly type: 'git';
  /**
   * The repository's address. For `ssh://`, its key is in the tenant's secrets `identity` and `known_hosts`.
   */
  readonly url: string;
  /** @default 'main' */
  readonly branch: string;
  /** The folder that Flux reads. @default './' */
  readonly path: string;
}

/** A folder of the fleet's own Git. */
export interface FolderSource {
  readonly type: 'folder';
  /** The folder beside `fleet.ts`. */
  readonly folder: string;
}

/** Where a tenant's manifests are. */
export type TenantSource = GitSource | FolderSource;

/** A Git repository of the tenant's own. */
export function gitSource(props: Pick<GitSource, 'url'> & Partial<Omit<GitSource, 'type'>>): GitSource {
  return { ...withDefaults({ branch: 'main', path: './' }, props), type: 'git' };
}

/** A folder beside `fleet.ts`, which is the tenant's to fill. */
export function folderSource(folder: string): FolderSource {
  return { folder, type: 'folder' };
}

/** People, as the clusters know them. */
export interface People {
  readonly groups?: readonly string[];
  readonly users?: readonly string[];
}

/** Whom a tenant's pods may talk to, or who may talk to them: a namespace, or addresses. */
export interface Peer {
  readonly namespace?: string;
  /** Addresses as `10.0.0.0/8`. */
  readonly cidr?: string;
  /** TCP ports. @default - every port */
  readonly ports?: readonly number[];
}

/** The kinds of places that alerts can go to: https://fluxcd.io/flux/components/notification/providers */
export const alertTypes = [
  'alertmanager',
  'discord',
  'generic',
  'googlechat',
  'grafana',
  'matrix',
  'msteams',
  'opsgenie',
  'pagerduty',
  'rocket',
  'slack',
  'telegram',
  'webex',
  'zulip',
] as const;

/** Where a tenant hears of what fails. */
export interface Alerts {
  readonly type: (typeof alertTypes)[number];
  /** @default - the one of the address */
  readonly channel?: string;
  /** The address, where everybody may know it. @default - the secret `address` of the tenant */
  readonly address?: string;
  /** What is worth an alert. @default 'error' */
  readonly severity?: 'info' | 'error';
}

/** What a container of a tenant's has that says nothing of it: https://kubernetes.io/docs/concepts/policy/limit-range */
export interface Limits {
  readonly default?: Readonly<Record<string, string>>;
  readonly defaultRequest?: Readonly<Record<string, string>>;
  readonly max?: Readonly<Record<string, string>>;
}

/** What may be said of a tenant. */
export interface TenantProps<After extends string = string> {
  /** The apps and tenants that are there before this tenant. @default - none */
  readonly after?: readonly After[];
  /** @default - one, of the tenant's name */
  readonly namespaces?: readonly string[];
  /** What the tenant's pods may do. @default 'restricted' */
  readonly podSecurity?: PodSecurity;
  /**
   * What each of its namespaces may have at most: https://kubernetes.io/docs/concepts/policy/resource-quotas
   * @default - 20 pods, 2 CPUs and 4Gi memory requested, 8Gi memory as limit
   */
  readonly quota?: Readonly<Record<string, string>>;
  /** @default - 50m CPU and 64Mi memory requested, 256Mi memory as limit */
  readonly limits?: Limits;
  /** Who may change what is in its namespaces, and who may look. @default - nobody */
  readonly people?: { readonly editors?: People; readonly viewers?: People };
  /**
   * What its pods may talk to beside DNS, and who may talk to them. `within` is among its own namespaces.
   * @default - nothing
   */
  readonly network?: { readonly within?: boolean; readonly from?: readonly Peer[]; readonly to?: readonly Peer[] };
  /** Where its manifests are. They are applied with the tenant's rights alone. @default - it has none */
  readonly source?: TenantSource;
  /** @default - it hears nothing */
  readonly alerts?: Alerts;
}

/** What a cluster may change of a {@link Tenant}. */
export interface TenantOverlay {
  /** Each takes the place of the tenant's own of the same name. */
  readonly quota?: Readonly<Record<string, string>>;
  /** Patches of the tenant's objects, by kind and name. */
  readonly patches?: PatchesByName;
}

/** A team that shares the clusters with others, behind walls. */
export interface Tenant<After extends string = string>
  extends
    Required<Omit<TenantProps<After>, 'namespaces' | 'source' | 'alerts'>>,
    Pick<TenantProps, 'namespaces' | 'source' | 'alerts'> {
  readonly type: 'tenant';
}

/** A tenant: https://fluxcd.io/flux/installation/configuration/multitenancy */
export function tenant<const After extends string = never>(props: TenantProps<After> = {}): Tenant<NoInfer<After>> {
  const defaults = {
    after: [],
    podSecurity: 'restricted' as const,
    quota: { pods: '20', 'requests.cpu': '2', 'requests.memory': '4Gi', 'limits.memory': '8Gi' },
    limits: { defaultRequest: { cpu: '50m', memory: '64Mi' }, default: { memory: '256Mi' } },
    people: {},
    network: {},
  };
  return { ...withDefaults(defaults, props), type: 'tenant' };
}

/** The namespaces of a tenant, of which the first is its home. */
export function namespacesOf(name: string, { namespaces = [name] }: Pick<Tenant, 'namespaces'>): readonly string[] {
  return namespaces;
}

/**
 * The namespace of a tenant's own Flux objects. A folder of the fleet's Git is read through the fleet's source, which
 * only objects beside it may refer to.
 */
export function fluxNamespaceOf(name: string, tenant: Tenant): string {
  return tenant.source?.type === 'folder' ? fluxNamespace : namespacesOf(name, tenant)[0]!;
}

/** The secrets that Flux needs for a tenant. */
export function tenantSecrets({ source, alerts }: Tenant): Readonly<Record<string, InSecret>> {
  const overSsh = source?.type === 'git' && source.url.startsWith('ssh://');
  const keys = [...(overSsh ? ['identity', 'known_hosts'] : []), ...(alerts && !alerts.address ? ['address'] : [])];
  return Object.fromEntries(keys.map((key) => [key, { type: 'in-secret' }]));
}
