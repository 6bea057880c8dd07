import { Chart, App as Scope } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import {
  type Fleet,
  FleetError,
  fluxNamespaceOf,
  namespacesOf,
  secretMetadata,
  type Tenant,
  type TenantOverlay,
} from '../../model';
import { type Base, fileOf, ofObjects, rendered } from '../apps/base';
import { readFolder } from '../files/folder';
import { plainSecrets } from '../apps/kustomize/folder';
import { tenantLabels } from '../labels';
import { AppNamespace } from '../apps/namespace';
import { sortedKeys } from '../files/object';
import { overlayFolder } from '../patches/overlay';
import { readSecretFile } from '../secrets/secret-file';
import type { Site } from '../synth-context';
import { tenantFlux, tenantObjectName } from './flux';
import { tenantNetwork } from './network';
import { tenantRights } from './rights';
import type { Tree } from '../files/tree';

/** The tenant of a {@link TenantBase}. */
export interface TenantBaseProps {
  readonly tenant: Tenant;
  readonly fleet: Fleet;
}

/** The name of what each namespace of a tenant has one of. */
const wall = 'tenant';

/**
 * What a tenant has in each cluster that has it, named by the chart's id: its namespaces with their walls, its rights
 * in them, and the Flux objects that apply its manifests with these rights.
 */
export class TenantBase extends Chart {
  constructor(scope: Construct, id: string, { tenant, fleet }: TenantBaseProps) {
    super(scope, id, { labels: tenantLabels(fleet.name, id), disableResourceNameHashes: true });
    const namespaces = namespacesOf(id, tenant);
    const home = fluxNamespaceOf(id, tenant);
    const account = { name: tenantObjectName(id), namespace: home };
    new k8s.KubeServiceAccount(this, 'account', { metadata: account, automountServiceAccountToken: false });
    for (const namespace of namespaces) {
      this.walls(namespace, tenant);
      tenantRights(this, { namespace, account, people: tenant.people });
      tenantNetwork(this, { namespace, namespaces, network: tenant.network });
    }
    tenantFlux(this, { name: id, tenant, namespace: home, secret: secretMetadata(fleet, id).name });
  }

  private walls(namespace: string, { podSecurity, quota, limits }: Tenant): void {
    const metadata = { name: wall, namespace };
    new AppNamespace(this, `${namespace}-namespace`, { name: namespace, podSecurity });
    new k8s.KubeResourceQuota(this, `${namespace}-quota`, { metadata, spec: { hard: quantities(quota) } });
    const limit = {
      type: 'Container',
      default: quantities(limits.default),
      defaultRequest: quantities(limits.defaultRequest),
      max: quantities(limits.max),
    };
    new k8s.KubeLimitRange(this, `${namespace}-limits`, { metadata, spec: { limits: [limit] } });
  }
}

function quantities(said: Readonly<Record<string, string>> = {}): Record<string, k8s.Quantity> | undefined {
  const entries = Object.entries(said).map(([name, quantity]) => [name, k8s.Quantity.fromString(quantity)]);
  return entries.length > 0 ? (Object.fromEntries(entries) as Record<string, k8s.Quantity>) : undefined;
}

/** A tenant's base. Each file is named by its namespace too, where it has several. */
export function tenantBase(name: string, tenant: Tenant, { fleet }: Site): Base {
  const several = namespacesOf(name, tenant).length > 1;
  return ofObjects(rendered(new TenantBase(new Scope(), name, { tenant, fleet })), (object) =>
    several && object.metadata.namespace ? `${object.metadata.namespace}-${fileOf(object)}` : fileOf(object),
  );
}

/**
 * The folder of a tenant's manifests, as it is: what is wrong in it is the tenant's, and refused by the clusters.
 *
 * @throws FleetError for a Secret that is not encrypted, which would be in Git for everybody.
 */
export function tenantManifests(tenant: Tenant, { root }: Site): Tree {
  if (tenant.source?.type !== 'folder') return new Map();
  const files = readFolder(root, tenant.source.folder);
  const problems = [...plainSecrets(tenant.source.folder, files)];
  if (problems.length > 0) throw new FleetError(...problems);
  return files;
}

/** A tenant in a cluster that has it. */
export interface TenantInCluster {
  readonly name: string;
  readonly cluster: string;
  readonly base: Base;
}

/** @throws FleetError for a secret that is missing, and for a patch that does not fit. */
export function tenantOverlay({ fleet, root }: Site, { name, cluster, base }: TenantInCluster): Tree {
  const tenant = fleet.tenants[name]!;
  const { quota = {}, patches } = fleet.runs[cluster]![name] as TenantOverlay;
  const hard = Object.fromEntries(Object.entries(quota).filter(([key, value]) => tenant.quota[key] !== value));
  const quotas = namespacesOf(name, tenant).map((namespace) => ({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: wall, namespace },
    spec: { hard: sortedKeys(hard) },
  }));
  const secret = readSecretFile({ fleet, root, cluster, app: name });
  const own = { images: [], replicas: [], resources: new Map(), patches: Object.keys(hard).length > 0 ? quotas : [] };
  const place = `runs.${cluster}.${name}`;
  return overlayFolder({ place, base: base.objects, own, patches, secret: secret?.text });
}
