import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { unsupported } from '../rpc/provider';

/** How a cluster is reached, and as whom. */
export interface Connection {
  /** The API server's URL. */
  readonly server: string;
  readonly cluster: string;
  readonly namespace?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly authorization?: string;
  readonly serverName?: string;
  readonly insecure: boolean;
}

export interface Choice {
  /** A kubeconfig, or the path of one. */
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly cluster?: string;
}

interface Kubeconfig {
  readonly 'current-context'?: string;
  readonly contexts?: readonly Named<'context', { cluster: string; user: string; namespace?: string }>[];
  readonly clusters?: readonly Named<'cluster', Record<string, string | boolean | undefined>>[];
  readonly users?: readonly Named<'user', Record<string, string | undefined>>[];
}

type Named<Key extends string, Value> = { readonly name: string } & { readonly [K in Key]?: Value };

/**
 * The connection that a kubeconfig describes. Read here, because @kubernetes/client-node takes half a second to load, and
 * this provider starts with each stack.
 *
 * @throws when there is none, or it logs in by a program
 * @see https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
 */
export function readKubeconfig(choice: Choice): Connection {
  const config = (parse(source(choice.kubeconfig)) ?? {}) as Kubeconfig;
  const name = choice.context ?? config['current-context'];
  const context = config.contexts?.find((candidate) => candidate.name === name)?.context;
  if (!context && !choice.cluster) throw new Error(`the kubeconfig has no context "${name ?? ''}"`);
  const clusterName = choice.cluster ?? context!.cluster;
  const cluster = config.clusters?.find((candidate) => candidate.name === clusterName)?.cluster;
  if (typeof cluster?.server !== 'string') throw new Error(`the kubeconfig has no cluster "${clusterName}"`);
  if (cluster['proxy-url']) throw unsupported('a kubeconfig with a proxy-url');
  const user = config.users?.find((candidate) => candidate.name === context?.user)?.user ?? {};
  for (const by of ['exec', 'auth-provider', 'as']) {
    if (user[by]) throw unsupported(`a kubeconfig whose user has "${by}"`);
  }
  return {
    server: cluster.server,
    cluster: clusterName,
    namespace: context?.namespace,
    ca: material(cluster, 'certificate-authority'),
    cert: material(user, 'client-certificate'),
    key: material(user, 'client-key'),
    authorization: authorization(user),
    serverName: cluster['tls-server-name'] as string | undefined,
    insecure: cluster['insecure-skip-tls-verify'] === true,
  };
}

function source(given: string | undefined): string {
  const where = given ?? process.env.KUBECONFIG ?? join(homedir(), '.kube', 'config');
  if (where.includes('\n') || where.trim().startsWith('{')) return where;
  const path = where.replace(/^~(?=\/)/, homedir());
  if (!existsSync(path)) throw new Error('no kubeconfig: give its contents, or the path of a file that exists');
  return readFileSync(path, 'utf8');
}

/** Certificates and keys are in the kubeconfig itself, or in files that it names. */
function material(from: Record<string, string | boolean | undefined>, name: string): string | undefined {
  const inside = from[`${name}-data`];
  if (typeof inside === 'string') return Buffer.from(inside, 'base64').toString('utf8');
  const file = from[name];
  return typeof file === 'string' ? readFileSync(file, 'utf8') : undefined;
}

function authorization(user: Record<string, string | undefined>): string | undefined {
  const token = user.token ?? (user.tokenFile && readFileSync(user.tokenFile, 'utf8').trim());
  if (token) return `Bearer ${token}`;
  if (user.username === undefined) return undefined;
  return `Basic ${Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64')}`;
}
