import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from './kubeconfig';

/** A request that the API server refused. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** No server that this kubeconfig trusts answers at the cluster's address. */
export class Unreachable extends Error {
  constructor(server: string, why: string) {
    super(`the Kubernetes cluster at ${server} is unreachable: ${why}`);
    this.name = 'Unreachable';
  }
}

export interface Call {
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly type?: string;
  /** Receives the warnings of the API server. */
  readonly warn?: (text: string) => void;
}

const CONNECTIONS = 32;
const ATTEMPTS = 4;
/** An address that did not answer a connection attempt is not tried again for this long. */
const SILENT_FOR_MS = 30_000;

/** A cluster's API, over connections that are kept open. */
export class ClusterApi {
  private readonly agent: http.Agent;
  private silentSince = 0;

  constructor(
    readonly connection: Connection,
    private readonly timeoutMs = 32_000,
  ) {
    const options = { keepAlive: true, maxSockets: CONNECTIONS };
    const { ca, cert, key, serverName: servername, insecure } = connection;
    const tls = { ca, cert, key, servername, rejectUnauthorized: !insecure };
    this.agent = this.secure ? new https.Agent({ ...options, ...tls }) : new http.Agent(options);
  }

  /** Sends a request, again while the server is busy. */
  async request<T>(method: string, path: string, call: Call = {}): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.once<T>(method, path, call);
      } catch (error) {
        if (attempt === ATTEMPTS || !isPassing(error)) throw error;
        await sleep(200 * attempt);
      }
    }
  }

  /** GETs an object; undefined when there is none. */
  async find<T>(path: string): Promise<T | undefined> {
    return this.request<T>('GET', path).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    });
  }

  private get secure(): boolean {
    return this.connection.server.startsWith('https:');
  }

  private async once<T>(method: string, path: string, call: Call): Promise<T> {
    const response = await this.send(method, path, call);
    const answer = await text(response);
    const { statusCode = 500, headers } = response;
    for (const [, warning] of (headers.warning ?? '').matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)) {
      call.warn?.(warning!.replace(/\\(.)/g, '$1'));
    }
    if (statusCode < 400) return JSON.parse(answer) as T;
    const { reason, message } = refusal(answer, statusCode);
    throw new ApiError(statusCode, reason, message);
  }

  private send(method: string, path: string, { query, body, type }: Call): Promise<http.IncomingMessage> {
    const { server, authorization } = this.connection;
    if (Date.now() - this.silentSince < SILENT_FOR_MS) throw new Unreachable(server, 'it did not answer in time');
    const url = new URL(server.replace(/\/$/, '') + path);
    for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) url.searchParams.set(name, value);
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      accept: 'application/json',
      ...(authorization && { authorization }),
      ...(payload && { 'content-type': type ?? 'application/json', 'content-length': Buffer.byteLength(payload) }),
    };
    const options = { method, headers, agent: this.agent, timeout: this.timeoutMs };
    const request = (this.secure ? https : http).request(url, options);
    return new Promise((resolve, reject) => {
      request.on('response', resolve);
      request.on('timeout', () => {
        this.silentSince = Date.now();
        request.destroy(new Error('it did not answer in time'));
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        const reset = error.code === 'ECONNRESET';
        reject(reset ? error : new Unreachable(server, error.message));
      });
      request.end(payload);
    });
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof ApiError) return error.status === 429 || error.status === 503 || error.status === 504;
  return (error as NodeJS.ErrnoException).code === 'ECONNRESET';
}

function refusal(answer: string, status: number): { reason: string; message: string } {
  try {
    const { reason = '', message } = JSON.parse(answer) as { reason?: string; message?: string };
    return { reason, message: message ?? `status ${status}` };
  } catch {
    return { reason: '', message: answer.trim() || `status ${status}` };
  }
}
