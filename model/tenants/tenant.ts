import { type PodSecurity, podSecurity } from '../apps/app-props';
import { withDefaults } from '../defaults';
import { fluxNamespace } from '../names';
import { type Patches, patchesRule } from '../patches/patch';
import type { InSecret, Secrets } from '../secrets/secret';
import { folder, objectKey, url } from '../validation/common-rules';
import * as v from '../validation/schema';
import { asRecord } from '../validation/values';

/** A Git repository of the tenant. */
export interface GitSource {
  readonly type: 'git';
  /** The repository's address. With `ssh://`, Flux uses the tenant's secrets `identity` and `known_hosts`. */
  readonly url: string;
  /** @default 'main' */
  readonly branch: string;
  /** The folder that Flux reads. @default './' */
  readonly path: string;
}

/** A folder in the fleet's Git repository. */
export interface FolderSource {
  readonly type: 'folder';
  /** The folder beside `fleet.ts`. */
  readonly folder: string;
}

/** Where a tenant's manifests are. */
export type TenantSource = GitSource | FolderSource;

/** A Git repository of the tenant. */
export function gitSource(props: Pick<GitSource, 'url'> & Partial<Omit<GitSource, 'type'>>): GitSource {
  return { ...withDefaults({ branch: 'main', path: './' }, props), type: 'git' };
}

/** A folder beside `fleet.ts`, in which the tenant keeps its manifests. */
export function folderSource(folder: string): FolderSource {
  return { folder, type: 'folder' };
}

/** People, by the names that the clusters know. */
export interface People {
  readonly groups?: readonly string[];
  readonly users?: readonly string[];
}

/** The other side of a connection that a tenant's pods may make or accept: a namespace, or a range of addresses. */
export interface Peer {
  readonly namespace?: string;
  /** A range of addresses: `10.0.0.0/8`. */
  readonly cidr?: string;
  /** TCP ports. @default - every port */
  readonly ports?: readonly number[];
}

/** The types of Flux's notification providers that alerts can go to: https://fluxcd.io/flux/components/notification/providers */
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

/** Where Flux reports a tenant's failures. */
export interface Alerts {
  readonly type: (typeof alertTypes)[number];
  /** @default - the channel in the address */
  readonly channel?: string;
  /** The address, if it is not secret. @default - the tenant's secret `address` */
  readonly address?: string;
  /** The lowest severity of an event that causes an alert. @default 'error' */
  readonly severity?: 'info' | 'error';
}

/** The resources of a tenant's containers that set none themselves, and the most that they may set: https://kubernetes.io/docs/concepts/policy/limit-range */
export interface Limits {
  readonly default?: Readonly<Record<string, string>>;
  readonly defaultRequest?: Readonly<Record<string, string>>;
  readonly max?: Readonly<Record<string, string>>;
}

/** Who may change the objects in a tenant's namespaces, and who may read them. */
export interface TenantPeople {
  readonly editors?: People;
  readonly viewers?: People;
}

/** The connections of a tenant's pods. */
export interface TenantNetwork {
  /** Whether pods of its own namespaces may connect to each other. @default false */
  readonly within?: boolean;
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
}

export interface TenantProps<After extends string = string> {
  /** The apps and tenants that must be ready before this tenant. @default - none */
  readonly after?: readonly After[];
  /** @default - one namespace with the tenant's name */
  readonly namespaces?: readonly string[];
  /** The Pod Security Standard that the tenant's namespaces enforce. @default 'restricted' */
  readonly podSecurity?: PodSecurity;
  /**
   * The most that each of its namespaces may use: https://kubernetes.io/docs/concepts/policy/resource-quotas
   * @default - 20 pods, 2 CPUs and 4Gi memory requested, 8Gi memory as limit
   */
  readonly quota?: Readonly<Record<string, string>>;
  /** @default - 50m CPU and 64Mi memory requested, 256Mi memory as limit */
  readonly limits?: Limits;
  /** Who may change the objects in its namespaces, and who may read them. @default - nobody */
  readonly people?: TenantPeople;
  /** The connections of its pods. DNS is always allowed. @default - no other connections */
  readonly network?: TenantNetwork;
  /** Where its manifests are. Flux applies them with the tenant's permissions only. @default - no manifests */
  readonly source?: TenantSource;
  /** @default - no alerts */
  readonly alerts?: Alerts;
}

/** The properties of a {@link Tenant} that a cluster can override. */
export interface TenantOverlay {
  /** Each quantity replaces the tenant's quantity of the same name. */
  readonly quota?: Readonly<Record<string, string>>;
  /** Patches of the tenant's objects, by kind and name. */
  readonly patches?: Patches;
}

/** A team that shares the clusters with others, isolated from them. */
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

/** The namespaces of a tenant. The first one is for its own Flux objects. */
export function namespacesOf(name: string, { namespaces = [name] }: Pick<Tenant, 'namespaces'>): readonly string[] {
  return namespaces;
}

/**
 * The namespace of a tenant's own Flux objects. A folder in the fleet's Git repository is read from the fleet's
 * GitRepository, to which only objects in the same namespace may refer.
 */
export function fluxNamespaceOf(name: string, tenant: Tenant): string {
  return tenant.source?.type === 'folder' ? fluxNamespace : namespacesOf(name, tenant)[0]!;
}

/** The secrets that Flux needs for a tenant. */
export function tenantSecrets({ source, alerts }: Tenant): Secrets<InSecret> {
  const overSsh = source?.type === 'git' && source.url.startsWith('ssh://');
  const keys = [...(overSsh ? ['identity', 'known_hosts'] : []), ...(alerts && !alerts.address ? ['address'] : [])];
  return Object.fromEntries(keys.map((key) => [key, { type: 'in-secret' }]));
}

const quantities = v.record(
  objectKey,
  v.pattern(/^\d+(\.\d+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/, 'quantity', "Write it as in `'20'`, `'500m'` or `'4Gi'`"),
);

const names = v.list(v.pattern(/\S/, 'name', 'Write the name that the clusters know'));
const people = v.schema<People>({ groups: v.optional(names), users: v.optional(names) });

const namespaceName = v.pattern(
  /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/,
  'namespace name',
  'Use at most 63 lower-case letters, digits and dashes, starting with a letter and not ending with a dash',
);

const cidr = v.pattern(/^[0-9a-fA-F.:]+\/\d{1,3}$/, 'range of addresses', "Write it as in `'10.0.0.0/8'`");
const peerSchema = v.schema<Peer>({
  namespace: v.optional(namespaceName),
  cidr: v.optional(cidr),
  ports: v.optional(v.list(v.port)),
});

const peer: v.Rule<Peer> = function* (place, value) {
  yield* peerSchema(place, value);
  const { namespace, cidr: range } = asRecord(value);
  if ((namespace === undefined) !== (range === undefined)) return;
  const next = "Set one of them, as in `{ namespace: 'shop', ports: [8080] }`";
  yield { place, problem: 'a peer needs either `namespace` or `cidr`', next };
};

const source = v.discriminatedUnion<TenantSource>(
  {
    git: v.schema<Omit<GitSource, 'type'>>({
      url: url(['ssh', 'https', 'http'], 'address of a Git repository'),
      branch: v.pattern(/^[^\s~^:?*[\\]+$/, 'branch', 'Write its name, as in `main`'),
      path: v.pattern(/^\.\/(?!.*\.\.)\S*$/, 'folder in the repository', "Write it as in `'./deploy'`"),
    }),
    folder: v.schema<Omit<FolderSource, 'type'>>({ folder: folder('', 'tenants/team-a') }),
  },
  { what: "a source of a tenant's manifests", example: "folderSource('tenants/team-a')" },
);

export const tenantRule = v.discriminatedUnion<Tenant>(
  {
    tenant: v.schema<TenantProps>({
      after: v.optional(v.list(v.string)),
      namespaces: v.optional(v.list(namespaceName)),
      podSecurity: v.optional(podSecurity),
      quota: v.optional(quantities),
      limits: v.optional(
        v.schema<Limits>({
          default: v.optional(quantities),
          defaultRequest: v.optional(quantities),
          max: v.optional(quantities),
        }),
      ),
      people: v.optional(v.schema<TenantPeople>({ editors: v.optional(people), viewers: v.optional(people) })),
      network: v.optional(
        v.schema<TenantNetwork>({
          within: v.optional(v.boolean),
          from: v.optional(v.list(peer)),
          to: v.optional(v.list(peer)),
        }),
      ),
      source: v.optional(source),
      alerts: v.optional(
        v.schema<Alerts>({
          type: v.oneOf(alertTypes),
          channel: v.optional(v.string),
          address: v.optional(url(['https', 'http'], 'address')),
          severity: v.optional(v.oneOf(['info', 'error'])),
        }),
      ),
    }),
  },
  { what: 'a tenant', example: "tenant({ source: folderSource('tenants/team-a') })" },
);

export const tenantOverlaySchema = v.schema<TenantOverlay>({
  quota: v.optional(quantities),
  patches: v.optional(patchesRule),
});
