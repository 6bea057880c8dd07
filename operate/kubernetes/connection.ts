import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { dirname, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';

/** How the API server of a kubeconfig's current context is reached. */
export interface Connection {
  readonly context: string;
  readonly server: URL;
  /** The options of each request to it: credentials, certificates, and an agent that keeps connections open. */
  readonly options: () => Promise<http.RequestOptions>;
}

/** The entries of a kubeconfig that are read here: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1 */
interface Kubeconfig {
  readonly 'current-context'?: string;
  readonly contexts?: readonly { name: string; context: { cluster: string; user?: string } }[];
  readonly clusters?: readonly { name: string; cluster: Entry & { server: string } }[];
  readonly users?: readonly { name: string; user: Entry }[];
}
type Entry = Readonly<Record<string, unknown>>;

/** What this file understands of a cluster and a user. Whatever else there is goes through Kubernetes's own client. */
const understood = new Set([
  ...['server', 'certificate-authority', 'certificate-authority-data', 'insecure-skip-tls-verify', 'tls-server-name'],
  ...[
    'client-certificate',
    'client-certificate-data',
    'client-key',
    'client-key-data',
    'token',
    'tokenFile',
    'extensions',
  ],
]);

/**
 * Reads a kubeconfig. `@kubernetes/client-node` takes a second to load: it is asked for proxies and for credentials that
 * another program gives, and not for certificates and tokens.
 *
 * @param file the kubeconfig's path
 * @throws Error when it has no current context, or cannot be read
 */
export function connectionOf(file: string): Connection {
  const config = (parse(readFileSync(file, 'utf8')) ?? {}) as Kubeconfig;
  const context = config['current-context'] ?? '';
  const names = config.contexts?.find(({ name }) => name === context)?.context;
  const cluster = config.clusters?.find(({ name }) => name === names?.cluster)?.cluster;
  if (!cluster) throw new Error(`${file} has no cluster for its current context "${context}"`);
  const user = config.users?.find(({ name }) => name === names?.user)?.user ?? {};
  const isPlain = [...Object.keys(cluster), ...Object.keys(user)].every((key) => understood.has(key));
  let known: Promise<http.RequestOptions> | undefined;
  return {
    context,
    server: new URL(cluster.server),
    options: isPlain ? () => (known ??= Promise.resolve(plainOptions(file, cluster, user))) : fullOptions(file),
  };
}

function plainOptions(file: string, cluster: Entry & { server: string }, user: Entry): http.RequestOptions {
  const read = (entry: Entry, key: string) => {
    const data = entry[`${key}-data`] as string | undefined;
    const path = entry[key] as string | undefined;
    if (data) return Buffer.from(data, 'base64');
    return path ? readFileSync(resolve(dirname(file), path)) : undefined;
  };
  const tokenFile = user.tokenFile as string | undefined;
  const token = tokenFile ? readFileSync(resolve(dirname(file), tokenFile), 'utf8').trim() : user.token;
  const headers = token ? { authorization: `Bearer ${token as string}` } : {};
  if (cluster.server.startsWith('http:')) return { headers, agent: new http.Agent({ keepAlive: true }) };
  // Made once: for each connection anew it would take longer than the request.
  const secureContext = createSecureContext({
    ca: read(cluster, 'certificate-authority'),
    cert: read(user, 'client-certificate'),
    key: read(user, 'client-key'),
  });
  const agent = new https.Agent({
    keepAlive: true,
    secureContext,
    servername: cluster['tls-server-name'] as string | undefined,
    rejectUnauthorized: !cluster['insecure-skip-tls-verify'],
  });
  return { headers, agent };
}

/** Credentials of another program expire: the client is asked each time, one after the other, as it keeps the last ones. */
function fullOptions(file: string): () => Promise<http.RequestOptions> {
  let client: Promise<KubeConfig> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    const next = last.then(async () => optionsOf(await (client ??= clientOf(file))));
    last = next.catch(() => undefined);
    return next;
  };
}

async function clientOf(file: string): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromFile(file);
  return config;
}

async function optionsOf(config: KubeConfig): Promise<http.RequestOptions> {
  const options: https.RequestOptions = {};
  await config.applyToHTTPSOptions(options).catch((error: Error) => {
    // The program that gives the credentials is missing, or failed: as good as no answer.
    throw Object.assign(new Error(`no credentials: ${error.message}`), { code: 'ECREDENTIALS' });
  });
  return options;
}
