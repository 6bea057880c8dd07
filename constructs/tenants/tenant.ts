import { Chart, App as Scope } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import {
  type Fleet,
  fluxNamespaceOf,
  namespacesOf,
  repositoryLayout,
  secretMetadata,
  type Tenant,
  type TenantOverlay,
  throwProblems,
} from '../../model';
import type { UnitInCluster } from '../apps';
import { AppNamespace, type Base, baseOf, objectsOf, quantities, fullFileName } from '../apps/base';
import { readFolder, type Tree } from '../files/folder';
import { tenantLabels } from '../labels';
import { sortedKeys } from '../files/object';
import { overlayFolder } from '../patches/overlay';
import { plainSecrets, readSecretFile } from '../secrets/secret-file';
import type { SynthContext } from '../synth-context';
import { tenantFlux, tenantObjectName } from './flux';
import { tenantNetwork } from './network';
import { tenantPermissions } from './permissions';

/** The name of the ResourceQuota and the LimitRange in each namespace. */
const limitsName = 'tenant';

/**
 * The objects of a tenant, whose name is the chart's id, in each of its clusters: its namespaces with quotas, limits and
 * network policies, its permissions in them, and the Flux objects that apply its manifests with these permissions.
 */
export class TenantBase extends Chart {
  constructor(scope: Construct, id: string, { tenant, fleet }: { tenant: Tenant; fleet: Fleet }) {
    super(scope, id, { labels: tenantLabels(fleet.name, id), disableResourceNameHashes: true });
    const namespaces = namespacesOf(id, tenant);
    const fluxNamespace = fluxNamespaceOf(id, tenant);
    const account = { name: tenantObjectName(id), namespace: fluxNamespace };
    new k8s.KubeServiceAccount(this, 'account', { metadata: account, automountServiceAccountToken: false });
    for (const namespace of namespaces) {
      this.addNamespace(namespace, tenant);
      tenantPermissions(this, namespace, { account, people: tenant.people });
      tenantNetwork(this, namespace, { namespaces, network: tenant.network });
    }
    const root = repositoryLayout(fleet.git).folder;
    tenantFlux(this, { name: id, root, tenant, namespace: fluxNamespace, secret: secretMetadata(fleet, id).name });
  }

  private addNamespace(namespace: string, { podSecurity, quota, limits }: Tenant): void {
    const metadata = { name: limitsName, namespace };
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

/** A tenant's base. The file names contain the namespace if the tenant has several. */
export function tenantBase({ fleet }: SynthContext, name: string): Base {
  const tenant = fleet.tenants[name]!;
  const several = namespacesOf(name, tenant).length > 1;
  return baseOf(objectsOf(new TenantBase(new Scope(), name, { tenant, fleet })), (object) =>
    several && object.metadata.namespace
      ? `${object.metadata.namespace}-${fullFileName(object)}`
      : fullFileName(object),
  );
}

/**
 * The folder of a tenant's manifests, unchanged. Its mistakes are left to the tenant: the clusters reject them.
 *
 * @throws FleetError for a Secret that is not encrypted, which everybody with access to Git could read.
 */
export function tenantManifests({ root }: SynthContext, tenant: Tenant): Tree {
  if (tenant.source?.type !== 'folder') return new Map();
  const files = readFolder(root, tenant.source.folder);
  throwProblems([...plainSecrets(tenant.source.folder, files)]);
  return files;
}

/**
 * The overlay of a tenant in one cluster.
 *
 * @throws FleetError for a missing secret, and for a patch of an object that does not exist.
 */
export function tenantOverlay({ fleet, root }: SynthContext, { name, cluster, base }: UnitInCluster): Tree {
  const tenant = fleet.tenants[name]!;
  const { quota = {}, patches } = fleet.runs[cluster]![name] as TenantOverlay;
  const hard = Object.fromEntries(Object.entries(quota).filter(([key, value]) => tenant.quota[key] !== value));
  const quotas = namespacesOf(name, tenant).map((namespace) => ({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: limitsName, namespace },
    spec: { hard: sortedKeys(hard) },
  }));
  const secret = readSecretFile({ fleet, root, cluster, app: name });
  const changes = Object.keys(hard).length > 0 ? { patches: quotas } : {};
  const place = `runs.${cluster}.${name}`;
  return overlayFolder({ place, base, changes, patches, secret: secret?.text });
}
