import type { Problem } from '../fleet-error';
import * as v from '../validation/schema';
import { variableName } from '../validation/common-rules';

/** How to generate a value. */
export interface Generate {
  /** Random bytes, before they are encoded as text. */
  readonly bytes: number;
}

export interface SecretProps {
  /** Lets `fleet secrets generate` set a random value where a cluster has none. @default - the value is set by hand */
  readonly generate?: Generate;
}

/** Properties of a secret that is an environment variable. */
export interface EnvSecretProps extends SecretProps {
  /** The variable's name. @default - the secret's key */
  readonly name?: string;
}

/** A secret that the app's container gets as an environment variable. */
export interface EnvSecret extends EnvSecretProps {
  readonly type: 'env';
}

/** A secret that the app's container gets as a file: `<folder>/<key>`. */
export interface FileSecret extends SecretProps {
  readonly type: 'file';
  /** The folder of the file. It hides a folder of the same path in the image. */
  readonly folder: string;
}

/** A secret of a web app. */
export type WebAppSecret = EnvSecret | FileSecret;

/** A secret that a Helm chart gets as a value. */
export interface ValueSecret extends SecretProps {
  readonly type: 'value';
  /** The value's path: `auth.password`. */
  readonly path: string;
}

/** A secret that the app's own objects read from the Secret with the app's name. */
export interface InSecret extends SecretProps {
  readonly type: 'in-secret';
}

/** How an app gets a secret. */
export type Secret = WebAppSecret | ValueSecret | InSecret;

/** The secrets of an app or tenant, by their keys in its Kubernetes Secret. */
export type Secrets<S extends Secret = Secret> = Readonly<Record<string, S>>;

/** A secret as an environment variable: `secrets: { API_KEY: env() }`. */
export function env(props: EnvSecretProps = {}): EnvSecret {
  return { ...props, type: 'env' };
}

/** A secret as a file whose name is the key: `secrets: { 'tls.key': file('/etc/tls') }`. */
export function file(folder: string, props: SecretProps = {}): FileSecret {
  return { ...props, folder, type: 'file' };
}

/** A secret as a value of a Helm chart: `secrets: { password: value('auth.password') }`. */
export function value(path: string, props: SecretProps = {}): ValueSecret {
  return { ...props, path, type: 'value' };
}

/** A secret that the app's own objects read from the Secret with the app's name: `secrets: { token: inSecret() }`. */
export function inSecret(props: SecretProps = {}): InSecret {
  return { ...props, type: 'in-secret' };
}

/** The secrets of one type, with their keys, in the order of `fleet.ts`. */
export function secretsOfType<T extends Secret['type']>(secrets: unknown, type: T): [string, SecretOf<T>][] {
  return Object.entries((secrets ?? {}) as Secrets<SecretOf<T>>).filter(([, secret]) => secret?.type === type);
}

type SecretOf<T extends Secret['type']> = Extract<Secret, { readonly type: T }>;

/** https://kubernetes.io/docs/concepts/configuration/secret/#restriction-names-data */
export function isSecretKey(text: string): boolean {
  return /^[-._a-zA-Z0-9]{1,253}$/.test(text) && !/^\.\.?($|\.)/.test(text);
}

const secretKey = v.custom<string>(
  (key) => typeof key === 'string' && isSecretKey(key),
  'key of a Secret',
  'Use letters, digits, dots, dashes and underscores',
);

const containerFolder = v.custom<string>(
  (path) => typeof path === 'string' && /^(\/[^/\0:]+)+$/.test(path) && !/\/\.\.?(\/|$)/.test(path),
  'folder in the container',
  'Write an absolute path without a slash at its end, as in `/etc/tls`',
);

const valuePath = v.pattern(
  /^[A-Za-z_][-A-Za-z0-9_]*(\.[A-Za-z_][-A-Za-z0-9_]*)*$/,
  'path of a chart value',
  'Write it as in `auth.password`',
);

const generate = v.optional(v.schema<Generate>({ bytes: v.integer([8, 4096], 'number of random bytes') }));

const schemas: Readonly<Record<Secret['type'], v.Check>> = {
  env: v.schema<EnvSecretProps>({ name: v.optional(variableName), generate }),
  file: v.schema<Omit<FileSecret, 'type'>>({ folder: containerFolder, generate }),
  value: v.schema<Omit<ValueSecret, 'type'>>({ path: valuePath, generate }),
  'in-secret': v.schema<SecretProps>({ generate }),
};

/** The secrets of an app that can get them in these ways; `example` is a call of their functions. */
export function secretsRule<const T extends Secret['type']>(
  types: readonly T[],
  example: string,
): v.Rule<Secrets<SecretOf<T>>> {
  const members = Object.fromEntries(types.map((type) => [type, schemas[type]])) as Record<T, v.Check>;
  return v.record(secretKey, v.discriminatedUnion<SecretOf<T>>(members, { what: 'a way to pass a secret', example }));
}

/** What is wrong with a cluster that overrides a secret by a value that anybody with access to Git can read. */
export function plaintextOverride(place: string, name: string, key: string): Problem {
  return {
    place,
    problem: `\`${name}\` is a secret of the app, so its value cannot be in \`fleet.ts\``,
    next: `Remove it here, and set it with \`npm run fleet -- secrets set <cluster> <app> ${key}\``,
  };
}
