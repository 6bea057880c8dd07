import type { Fleet } from '../fleet';
import { fluxNamespace } from '../names';
import { fluxNamespaceOf, tenantSecrets } from '../tenants/tenant';

/** A value that the fleet makes up where there is none yet. */
export interface Generate {
  /** Random bytes, before they are written as text. */
  readonly bytes: number;
}

/** What may be said of every secret. */
export interface SecretProps {
  /**
   * Makes a random value where the cluster has none: `fleet secrets generate`.
   * @default - somebody sets it
   */
  readonly generate?: Generate;
}

/** What may be said of a secret that is an environment variable. */
export interface EnvSecretProps extends SecretProps {
  /**
   * The variable's name.
   * @default - the secret's key
   */
  readonly name?: string;
}

/** A secret that the app's container has as an environment variable. */
export interface EnvSecret extends EnvSecretProps {
  readonly type: 'env';
}

/** A secret that the app's container has as a file: `<folder>/<key>`. */
export interface FileSecret extends SecretProps {
  readonly type: 'file';
  /** The folder of the file, which holds nothing else. */
  readonly folder: string;
}

/** A secret that a web app takes. */
export type WebAppSecret = EnvSecret | FileSecret;

/** A secret that a Helm chart takes as a value. */
export interface ValueSecret extends SecretProps {
  readonly type: 'value';
  /** The value's path: `auth.password`. */
  readonly path: string;
}

/** A secret that the app's own objects take from the Secret of the app's name. */
export interface InSecret extends SecretProps {
  readonly type: 'in-secret';
}

/** How an app takes a secret. */
export type Secret = WebAppSecret | ValueSecret | InSecret;

/** A secret as an environment variable: `secrets: { API_KEY: env() }`. */
export function env(props: EnvSecretProps = {}): EnvSecret {
  return { ...props, type: 'env' };
}

/** A secret as a file of the key's name: `secrets: { 'tls.key': file('/etc/tls') }`. */
export function file(folder: string, props: SecretProps = {}): FileSecret {
  return { ...props, folder, type: 'file' };
}

/** A secret as a value of a Helm chart: `secrets: { password: value('auth.password') }`. */
export function value(path: string, props: SecretProps = {}): ValueSecret {
  return { ...props, path, type: 'value' };
}

/** A secret that the app's own objects take from the Secret of the app's name: `secrets: { token: inSecret() }`. */
export function inSecret(props: SecretProps = {}): InSecret {
  return { ...props, type: 'in-secret' };
}

/** A secret that a cluster must have for what it runs. */
export interface RequiredSecret {
  readonly cluster: string;
  readonly app: string;
  readonly key: string;
  /** What the fleet makes up where the cluster lacks it; left out where somebody has to set it. */
  readonly generate?: Generate;
}

/** Every secret that `fleet.ts` names, once for each cluster that runs its app, in the order of `fleet.ts`. */
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

/** The secrets that an app takes, or Flux for a tenant, by their keys. */
export function secretsOf(fleet: Fleet, app: string): Readonly<Record<string, Secret>> {
  const tenant = fleet.tenants[app];
  return tenant ? tenantSecrets(tenant) : (fleet.apps[app]?.secrets ?? {});
}

/** The encrypted file that holds the secrets of an app in a cluster, by its path in the repository. */
export function secretFile(cluster: string, app: string): string {
  return `secrets/${cluster}/${app}.yaml`;
}

/** The metadata of the Kubernetes Secret that an app's encrypted file holds. */
export interface SecretMetadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The metadata that the Secret of an app has in every cluster, to be written into its encrypted file as it is. */
export function secretMetadata(fleet: Fleet, app: string): SecretMetadata {
  const tenant = fleet.tenants[app];
  if (tenant) return { name: `${app}-flux`, namespace: fluxNamespaceOf(app, tenant) };
  const asValues = Object.values(secretsOf(fleet, app)).some(({ type }) => type === 'value');
  // Flux reads a release's values from the release's own namespace, which is Flux's; names there are Flux's as well.
  return asValues ? { name: `${app}-values`, namespace: fluxNamespace } : { name: app, namespace: app };
}

/** https://kubernetes.io/docs/concepts/configuration/secret/#restriction-names-data */
export function isSecretKey(text: string): boolean {
  return /^[-._a-zA-Z0-9]{1,253}$/.test(text) && !/^\.\.?($|\.)/.test(text);
}

/** The command that gives a cluster the value of a secret. */
export function setSecretCommand({ cluster, app, key }: Pick<RequiredSecret, 'cluster' | 'app' | 'key'>): string {
  return `npm run fleet -- secrets set ${cluster} ${app} ${key}`;
}
