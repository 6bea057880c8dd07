import type { IKustomization } from '@kubernetes-models/flux-cd/kustomize.toolkit.fluxcd.io/v1/Kustomization';
import type { IAlert } from '@kubernetes-models/flux-cd/notification.toolkit.fluxcd.io/v1beta3/Alert';
import type { IProvider } from '@kubernetes-models/flux-cd/notification.toolkit.fluxcd.io/v1beta3/Provider';
import type { IGitRepository } from '@kubernetes-models/flux-cd/source.toolkit.fluxcd.io/v1/GitRepository';
import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  fluxInterval,
  fluxNamespace,
  fluxRoot,
  type GitSource,
  inFolder,
  type Tenant,
  tenantLabel,
  unitFolder,
} from '../../model';

export interface TenantFluxProps {
  readonly tenant: Tenant;
  readonly name: string;
  /** The folder of the fleet's files in the repository. */
  readonly root: string;
  readonly namespace: string;
  /** The Secret with the tenant's own secrets for Flux. */
  readonly secret: string;
}

/** The name of a tenant's own Flux objects, and of the service account whose permissions they use. */
export function tenantObjectName(name: string): string {
  return `tenant-${name}`;
}

/** The folder of a tenant's manifests in the fleet's repository. */
export function tenantFolder(name: string): string {
  return `${unitFolder('tenants', name)}/folder`;
}

/** A tenant's source, the Flux Kustomization that applies it with the tenant's permissions, and its alerts. */
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

/** It sets no namespace in the tenant's objects, so an object for another tenant's namespace is rejected, not moved. */
function kustomization({ name, root, tenant: { source } }: TenantFluxProps): IKustomization {
  const own = source?.type === 'git';
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    spec: {
      path: own ? source.path : `./${inFolder(root, tenantFolder(name))}`,
      sourceRef: { kind: 'GitRepository', name: own ? tenantObjectName(name) : fluxRoot },
      // A commit to the fleet's repository is applied after the tenant's isolation, and not if it removes the tenant.
      ...(!own && { dependsOn: [{ name }] }),
      serviceAccountName: tenantObjectName(name),
      interval: fluxInterval,
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

/** In Flux's namespace, a tenant gets alerts for its own object only; in its own namespace, for all objects. */
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
