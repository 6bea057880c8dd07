import http from 'node:http';
import https from 'node:https';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { programName } from '../../model';
import { type Connection, connectionOf } from './connection';

/** What names an object. */
export interface ObjectHeader {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
}

/** An object as the API server has it, times as text. */
export interface ApiObject extends ObjectHeader {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly finalizers?: readonly string[];
    readonly managedFields?: readonly { readonly manager?: string }[];
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string; readonly uid: string }[];
  };
}

/** An answer of the API server that is an error. */
export class ApiError extends Error {
  constructor(
    /** The HTTP status. */
    readonly code: number,
    /** A Kubernetes Status, as JSON. */
    readonly body: string,
  ) {
    super(`the API server answered ${code}`);
  }
}

interface RequestProps {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** Kubernetes' API, as far as the fleet's commands use it: https://kubernetes.io/docs/reference/using-api/api-concepts */
export class KubernetesApi {
  private readonly connection: Connection;
  private readonly kinds = new Map<string, Promise<readonly Resource[]>>();

  /**
   * @param kubeconfig the file's path
   * @param timeout how long a request may take, in ms
   */
  constructor(
    kubeconfig: string,
    private readonly timeout: number,
  ) {
    this.connection = connectionOf(kubeconfig);
  }

  /** The kubeconfig's current context. */
  get context(): string {
    return this.connection.context;
  }

  /**
   * The objects of a kind.
   *
   * @param selected of one namespace, and with a query as `{ labelSelector: 'app=web' }`. @default - of all namespaces
   * @throws ApiError
   */
  async list<T = ApiObject>(
    apiVersion: string,
    kind: string,
    { namespace, query }: { namespace?: string; query?: Readonly<Record<string, string>> } = {},
  ): Promise<{ items: T[] }> {
    const path = await this.path({ apiVersion, kind, metadata: { namespace } });
    const { items } = JSON.parse(await this.request(path, { query })) as { items: object[] };
    return { items: items.map((item) => ({ ...item, apiVersion, kind }) as T) };
  }

  /** @throws ApiError, of code 404 where there is none */
  async read<T = ApiObject>(header: ObjectHeader): Promise<T> {
    return JSON.parse(await this.request(await this.path(header))) as T;
  }

  /** Merges properties into an object: https://www.rfc-editor.org/rfc/rfc7386 @throws ApiError */
  async merge(object: ObjectHeader & object): Promise<void> {
    await this.request(await this.path(object), { method: 'PATCH', body: object });
  }

  /** Removes an object, and what belongs to it later; one that is not there is fine. @throws ApiError */
  async remove(
    header: ObjectHeader,
    query: RequestProps['query'] = { propagationPolicy: 'Background' },
  ): Promise<void> {
    await this.path(header)
      .then((path) => this.request(path, { method: 'DELETE', query }))
      .catch(unlessMissing);
  }

  /** The text of any path: `/api/v1/namespaces/app-a/pods/app-a-1/log`. @throws ApiError */
  async request(path: string, { method = 'GET', query, body }: RequestProps = {}): Promise<string> {
    const url = this.url(path, query);
    const { headers, ...options } = await this.connection.options();
    const all = { ...options, method, headers: { ...(headers as object), ...ownHeaders, ...type(method, body) } };
    // A connection that was kept open may have been closed at the other end.
    return this.send(url, all, body).catch((error: NodeJS.ErrnoException & { isReused?: boolean }) => {
      if (!error.isReused || error.code !== 'ECONNRESET' || method !== 'GET') throw error;
      return this.send(url, all, body);
    });
  }

  /** The lines of any path, as they come. Ends when the server does, or by the signal. @throws ApiError */
  async *lines(
    path: string,
    { query, signal }: Pick<RequestProps, 'query'> & { readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<string> {
    const [url, { request }] = [this.url(path, query), this.connection.server.protocol === 'http:' ? http : https];
    const { headers, ...options } = await this.connection.options();
    const sent = request(url, { ...options, headers: { ...(headers as object), ...ownHeaders }, signal });
    const silence = Object.assign(new Error('no answer'), { name: 'AbortError' });
    const timer = setTimeout(() => sent.destroy(silence), this.timeout);
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      sent.on('response', resolve).on('error', reject).end();
    }).finally(() => clearTimeout(timer));
    const { statusCode = 0 } = response;
    if (statusCode < 200 || statusCode > 299) throw new ApiError(statusCode, await text(response));
    for await (const line of createInterface({ input: response })) yield line;
  }

  private url(path: string, query?: Readonly<Record<string, string>>): URL {
    const search = new URLSearchParams(query).toString();
    const base = this.connection.server;
    return new URL(`${base.pathname.replace(/\/$/, '')}${path}${search && `?${search}`}`, base);
  }

  private async send(url: URL, options: http.RequestOptions, body?: object): Promise<string> {
    const { request } = url.protocol === 'http:' ? http : https;
    const signal = AbortSignal.timeout(this.timeout);
    const sent = request(url, { ...options, signal });
    const [response, answer] = await new Promise<http.IncomingMessage>((resolve, reject) => {
      sent.on('response', resolve);
      sent.on('error', reject);
      sent.end(body && JSON.stringify(body));
    })
      .then(async (response) => [response, await text(response)] as const)
      .catch((error: Error) => {
        throw Object.assign(error, { isReused: sent.reusedSocket, ...(signal.aborted && { name: 'AbortError' }) });
      });
    const { statusCode = 0 } = response;
    if (statusCode < 200 || statusCode > 299) throw new ApiError(statusCode, answer);
    return answer;
  }

  private async path({ apiVersion = 'v1', kind = '', metadata }: ObjectHeader): Promise<string> {
    const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const resources = await this.resources(base);
    const resource = resources.find((each) => each.kind === kind && !each.name.includes('/'));
    if (!resource)
      throw new ApiError(404, JSON.stringify({ message: `the cluster has no kind ${kind} in ${apiVersion}` }));
    const { name, namespace } = metadata ?? {};
    const scope = resource.namespaced && (name || namespace) ? `/namespaces/${namespace || 'default'}` : '';
    return `${base}${scope}/${resource.name}${name ? `/${name}` : ''}`;
  }

  /** The kinds of an API version, asked for once. */
  private async resources(base: string): Promise<readonly Resource[]> {
    const known = this.kinds.get(base) ?? this.request(base).then((answer) => resourcesIn(answer));
    this.kinds.set(base, known);
    return known.catch((error: unknown) => {
      this.kinds.delete(base);
      throw error;
    });
  }
}

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

function resourcesIn(answer: string): readonly Resource[] {
  return (JSON.parse(answer) as { resources: Resource[] }).resources;
}

/** Kubernetes notes the program as the owner of the fields that it sets. */
const ownHeaders = { accept: 'application/json, */*', 'user-agent': programName };

const type = (method: string, body?: object) =>
  body ? { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' } : {};

/** Takes the answer that there is no such object, or kind, as none. @throws any other error */
export function unlessMissing(error: unknown): undefined {
  if (!(error instanceof ApiError && error.code === 404)) throw error;
}
