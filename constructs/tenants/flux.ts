import type { IKustomization } from '@kubernetes-models/flux-cd/kustomize.toolkit.fluxcd.io/v1/Kustomization';
import type { IAlert } from '@kubernetes-models/flux-cd/notification.toolkit.fluxcd.io/v1beta3/Alert';
import type { IProvider } from '@kubernetes-models/flux-cd/notification.toolkit.fluxcd.io/v1beta3/Provider';
import type { IGitRepository } from '@kubernetes-models/flux-cd/source.toolkit.fluxcd.io/v1/GitRepository';
import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { fluxNamespace, fluxRoot, type GitSource, type Tenant, tenantLabel } from '../../model';

/** A tenant whose Flux objects are made. */
export interface TenantFluxProps {
  readonly tenant: Tenant;
  /** The tenant's name. */
  readonly name: string;
  /** The namespace of its Flux objects. */
  readonly namespace: string;
  /** The Secret that Flux reads for the tenant. */
  readonly secret: string;
}

/** The name of a tenant's own Flux objects and of the service account that they are reconciled as. */
export function tenantObjectName(name: string): string {
  return `tenant-${name}`;
}

/** The folder of a tenant's manifests in the repository, where they are in the fleet's. */
export function tenantFolder(name: string): string {
  return `tenants/${name}/folder`;
}

/** A tenant's source, the Flux Kustomization that applies it with the tenant's rights, and its alerts. */
export function tenantFlux(scope: Construct, props: TenantFluxProps): void {
  const { name, tenant, namespace, secret } = props;
  const metadata = { name: tenantObjectName(name), namespace, labels: { [tenantLabel]: name } };
  const { source, alerts } = tenant;
  if (source?.type === 'git') new ApiObject(scope, 'source', { ...gitRepository(source, secret), metadata });
  if (source) new ApiObject(scope, 'flux-kustomization', { ...kustomization(props), metadata });
  if (!alerts) return;
  new ApiObject(scope, 'alert-provider', { ...provider(alerts, secret), metadata });
  new ApiObject(scope, 'alert', { ...alert(props, alerts), metadata });
}

function gitRepository(source: GitSource, secret: string): IGitRepository {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    spec: {
      url: source.url,
      ref: { branch: source.branch },
      interval: '1m',
      ...(source.url.startsWith('ssh://') && { secretRef: { name: secret } }),
    },
  };
}

/** No namespace is put into the tenant's objects: one that reaches into another's is refused and not moved. */
function kustomization({ name, tenant: { source } }: TenantFluxProps): IKustomization {
  const own = source?.type === 'git';
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    spec: {
      path: own ? source.path : `./${tenantFolder(name)}`,
      sourceRef: { kind: 'GitRepository', name: own ? tenantObjectName(name) : fluxRoot },
      // A commit of the fleet's is applied when the tenant's isolation is as it says, and not at all where it removes the tenant.
      ...(!own && { dependsOn: [{ name }] }),
      serviceAccountName: tenantObjectName(name),
      interval: '10m',
      retryInterval: '1m',
      timeout: '3m',
      prune: true,
      wait: true,
    },
  };
}

function provider({ type, channel, address }: NonNullable<Tenant['alerts']>, secret: string): IProvider {
  return {
    apiVersion: 'notification.toolkit.fluxcd.io/v1beta3',
    kind: 'Provider',
    spec: { type, ...(channel && { channel }), ...(address ? { address } : { secretRef: { name: secret } }) },
  };
}

/** In Flux's namespace a tenant hears of its own object alone; in its own, of every one there. */
function alert({ name, namespace }: TenantFluxProps, { severity = 'error' }: NonNullable<Tenant['alerts']>): IAlert {
  const kinds = ['GitRepository', 'HelmRelease', 'Kustomization'] as const;
  const everything = kinds.map((kind) => ({ kind, name: '*' }));
  const own = [{ kind: 'Kustomization' as const, name: tenantObjectName(name) }];
  return {
    apiVersion: 'notification.toolkit.fluxcd.io/v1beta3',
    kind: 'Alert',
    spec: {
      providerRef: { name: tenantObjectName(name) },
      eventSeverity: severity,
      eventSources: namespace === fluxNamespace ? own : everything,
    },
  };
}
