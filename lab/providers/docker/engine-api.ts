import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { unsupported } from '../rpc/provider';

const DEFAULT_HOST = 'unix:///var/run/docker.sock';

/** A request that the engine refused. */
export class EngineError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = 'EngineError';
  }
}

export interface Call {
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  /** A tar archive to send in place of a JSON body. */
  readonly archive?: Buffer | Readable;
}

/** Docker's Engine API, over the socket that DOCKER_HOST names. */
export class EngineApi {
  private host = process.env.DOCKER_HOST ?? DEFAULT_HOST;
  private base: https.RequestOptions | undefined;

  connectTo(host: string | undefined): void {
    this.host = host ?? process.env.DOCKER_HOST ?? DEFAULT_HOST;
    this.base = undefined;
  }

  get<T>(path: string, query?: Call['query']): Promise<T> {
    return this.json<T>('GET', path, { query });
  }

  post<T>(path: string, call: Call = {}): Promise<T> {
    return this.json<T>('POST', path, call);
  }

  put(path: string, call: Call): Promise<unknown> {
    return this.json('PUT', path, call);
  }

  /** Deletes; what is gone already is fine. */
  async remove(path: string, query?: Call['query']): Promise<void> {
    await this.json('DELETE', path, { query }).catch(ifMissing(undefined));
  }

  /** GETs an object; undefined when there is none. */
  find<T>(path: string): Promise<T | undefined> {
    return this.get<T>(path).catch(ifMissing(undefined));
  }

  /** POSTs and hands each JSON message of the answer on; throws the first error among them. */
  async follow(path: string, call: Call, onMessage: (message: StreamMessage) => void): Promise<void> {
    const response = await this.send('POST', path, call);
    const lines = (await text(response)).split('\n').filter((line) => line.trim() !== '');
    for (const line of lines) {
      const message = JSON.parse(line) as StreamMessage;
      if (message.error !== undefined) throw new Error(message.error);
      onMessage(message);
    }
  }

  /** The last lines that a container printed. */
  async logs(id: string, lines: number): Promise<string> {
    const query = { stdout: 'true', stderr: 'true', tail: String(lines) };
    const response = await this.send('GET', `/containers/${id}/logs`, { query });
    return withoutFrames(await buffer(response));
  }

  private async json<T>(method: string, path: string, call: Call): Promise<T> {
    const answer = await text(await this.send(method, path, call));
    return (answer === '' ? undefined : JSON.parse(answer)) as T;
  }

  private async send(method: string, path: string, { query, body, archive }: Call): Promise<http.IncomingMessage> {
    this.base ??= connection(this.host);
    const given = Object.entries(query ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const search = given.length > 0 ? `?${new URLSearchParams(given).toString()}` : '';
    const type = archive === undefined ? 'application/json' : 'application/x-tar';
    const headers = { 'content-type': type, host: 'docker' };
    const options = { ...this.base, method, path: path + search, headers };
    const request = (this.base.protocol === 'https:' ? https : http).request(options);
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      request.on('response', resolve);
      request.on('error', (error) =>
        reject(new Error(`Docker's engine at ${this.host} does not answer: ${error.message}`)),
      );
      if (archive !== undefined && !Buffer.isBuffer(archive)) archive.pipe(request);
      else request.end(archive ?? (body === undefined ? undefined : JSON.stringify(body)));
    });
    if ((response.statusCode ?? 500) >= 400) throw new EngineError(response.statusCode!, await refusal(response));
    return response;
  }
}

export interface StreamMessage {
  readonly stream?: string;
  readonly status?: string;
  readonly error?: string;
  readonly aux?: { readonly ID?: string };
}

export function ifMissing<T>(otherwise: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof EngineError && error.status === 404) return otherwise;
    throw error;
  };
}

async function refusal(response: http.IncomingMessage): Promise<string> {
  const answer = await text(response);
  try {
    return (JSON.parse(answer) as { message: string }).message;
  } catch {
    return answer.trim() || `status ${response.statusCode}`;
  }
}

function connection(host: string): https.RequestOptions {
  const url = new URL(host);
  if (url.protocol === 'unix:') return { socketPath: url.pathname };
  if (url.protocol !== 'tcp:' && url.protocol !== 'http:') throw unsupported(`the engine address ${host}`);
  const address = { hostname: url.hostname, port: url.port };
  const certificates = process.env.DOCKER_CERT_PATH;
  if (!process.env.DOCKER_TLS_VERIFY || !certificates) return { ...address, protocol: 'http:' };
  const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((file) => readFileSync(join(certificates, file)));
  return { ...address, protocol: 'https:', ca, cert, key };
}

/** Docker frames the logs of a container without a terminal: 8 bytes before each piece. */
function withoutFrames(logs: Buffer): string {
  const pieces: string[] = [];
  let at = 0;
  while (at + 8 <= logs.length && logs[at]! <= 2 && logs.readUIntBE(at + 1, 3) === 0) {
    const end = at + 8 + logs.readUInt32BE(at + 4);
    pieces.push(logs.toString('utf8', at + 8, end));
    at = end;
  }
  return (pieces.length > 0 ? pieces.join('') : logs.toString('utf8')).trimEnd();
}
