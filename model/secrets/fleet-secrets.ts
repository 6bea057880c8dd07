import type { Fleet } from '../fleet';
import { fluxNamespace } from '../names';
import { fluxNamespaceOf, tenantSecrets } from '../tenants/tenant';
import { type Generate, type Secrets, secretsOfType } from './secret';

/** A secret that a cluster must have for what it runs. */
export interface RequiredSecret {
  readonly cluster: string;
  readonly app: string;
  readonly key: string;
  /** How to generate the value; left out for a value that is set by hand. */
  readonly generate?: Generate;
}

/** Every secret in `fleet.ts`, once for each cluster that runs its app, in the order of `fleet.ts`. */
export function requiredSecrets(fleet: Fleet): readonly RequiredSecret[] {
  return Object.entries(fleet.runs).flatMap(([cluster, running]) =>
    Object.keys(running).flatMap((app) =>
      Object.entries(secretsOf(fleet, app)).map(([key, { generate }]) => ({
        cluster,
        app,
        key,
        ...(generate && { generate }),
      })),
    ),
  );
}

/** The secrets of an app, or those that Flux needs for a tenant, by their keys. */
export function secretsOf(fleet: Fleet, app: string): Secrets {
  const tenant = fleet.tenants[app];
  return tenant ? tenantSecrets(tenant) : (fleet.apps[app]?.secrets ?? {});
}

/** The encrypted file that holds the secrets of an app in a cluster, by its path in the repository. */
export function secretFile(cluster: string, app: string): string {
  return `secrets/${cluster}/${app}.yaml`;
}

/** The metadata of an app's Secret, which is the same in every cluster. It is written into the encrypted file unchanged. */
export function secretMetadata(fleet: Fleet, app: string): { name: string; namespace: string } {
  const tenant = fleet.tenants[app];
  if (tenant) return { name: `${app}-flux`, namespace: fluxNamespaceOf(app, tenant) };
  const asValues = secretsOfType(secretsOf(fleet, app), 'value').length > 0;
  // Flux reads a release's values from the namespace of the HelmRelease, which is Flux's. Other Secrets are there too.
  return asValues ? { name: `${app}-values`, namespace: fluxNamespace } : { name: app, namespace: app };
}

/** The command that sets the value of a secret in a cluster. */
export function setSecretCommand({ cluster, app, key }: Pick<RequiredSecret, 'cluster' | 'app' | 'key'>): string {
  return `npm run fleet -- secrets set ${cluster} ${app} ${key}`;
}
