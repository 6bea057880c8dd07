import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

import { stringify } from 'yaml';

import { type KubernetesObject, matches, Store, type StoreEvent, type Target } from './store';

/** How the server is to answer some requests instead. */
export interface Fault {
  /** @default - any */
  readonly method?: string;
  /** @default - any */
  readonly path?: RegExp;
  /** Answers with this status; or not at all and `cut`s the connection. @default - as without the fault */
  readonly answer?: number | 'cut';
  readonly message?: string;
  /** Waits before it answers, in ms. @default 0 */
  readonly delay?: number;
  /** How many requests it meets. @default Infinity */
  readonly times?: number;
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body?: KubernetesObject;
}

/** A Kubernetes API server on loopback: it serves any kind from memory, and fails on demand. */
export class FakeApiServer {
  readonly store = new Store();
  readonly requests: Request[] = [];
  /** What pods have logged, by `<namespace>/<name>`. */
  readonly logs = new Map<string, string>();
  version = 'v1.36.1';
  /** Whether the user may do something. */
  allows: (action: Readonly<Record<string, string | undefined>>) => boolean = () => true;
  /** Called with what a client has written, as a controller would notice it. */
  onWrite: (object: KubernetesObject) => void = () => undefined;

  private readonly faults: { fault: Fault; left: number }[] = [];
  private readonly server = http.createServer((request, response) => void this.answer(request, response));
  private port = 0;

  /** Listens, on the port that it had before where it had one. */
  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
    return this;
  }

  /** From now on connections are refused. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  /** Writes a kubeconfig that leads here. */
  writeKubeconfig(file: string, name = 'fake'): string {
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': name,
      clusters: [{ name, cluster: { server: `http://127.0.0.1:${this.port}`, 'insecure-skip-tls-verify': true } }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      users: [{ name, user: { token: 'token' } }],
    };
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, stringify(config));
    return file;
  }

  /** Adds objects, or puts them in the place of those of their names. */
  put(...objects: readonly KubernetesObject[]): void {
    for (const object of objects) this.store.put(object);
  }

  fail(fault: Fault): void {
    this.faults.push({ fault, left: fault.times ?? Infinity });
  }

  /** Ends every fault. */
  heal(): void {
    this.faults.splice(0);
  }

  private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { pathname: path, searchParams: query } = new URL(request.url!, 'http://fake');
    const { method = 'GET' } = request;
    const payload = await text(request).catch(() => '');
    const body = payload === '' ? undefined : (JSON.parse(payload) as KubernetesObject);
    this.requests.push({ method, path, query, body });
    const fault = this.faultFor(method, path);
    if (fault?.delay) await delay(fault.delay);
    if (fault?.answer === 'cut') return void response.destroy();
    if (fault?.answer) return send(response, fault.answer, statusOf(fault.answer, fault.message));
    const target = this.targetOf(path);
    if (target && query.get('watch') === 'true') return this.watch(target, query, response);
    send(response, ...this.respond({ method, path, query, body }, target));
  }

  private faultFor(method: string, path: string): Fault | undefined {
    const met = this.faults.find(
      ({ fault, left }) => left > 0 && (fault.method ?? method) === method && (fault.path?.test(path) ?? true),
    );
    if (met) met.left--;
    return met?.fault;
  }

  private targetOf(path: string): Target | undefined {
    const match = /^\/(?:api\/(v1)|apis\/([^/]+\/[^/]+))(?:\/namespaces\/([^/]+)(?=\/))?\/(.+)$/.exec(path);
    const [, core, group, namespace, rest = ''] = match ?? [];
    const apiVersion = core ?? group ?? '';
    const [plural, object, subresource] = rest.split('/').map(decodeURIComponent);
    const kind = this.store.kinds.get(apiVersion)?.find(({ name }) => name === plural);
    return kind && { ...kind, apiVersion, namespace, object, subresource };
  }

  private respond({ method, path, query, body }: Request, target: Target | undefined): [number, unknown] {
    if (path === '/version') return [200, { gitVersion: this.version }];
    if (path.endsWith('/selfsubjectaccessreviews')) return [201, { status: { allowed: this.allows(actionIn(body)) } }];
    const resources = this.store.kinds.get(path.replace(/^\/apis?\//, ''));
    if (resources) return [200, { kind: 'APIResourceList', resources }];
    if (!target) return [404, statusOf(404, 'the server could not find the requested resource')];
    if (target.subresource === 'log') return [200, this.logs.get(`${target.namespace}/${target.object}`) ?? ''];
    const old = target.object === undefined ? undefined : this.store.find(target);
    if (method === 'POST') return this.create(target, body!);
    if (target.object === undefined) return [200, { kind: `${target.kind}List`, ...this.list(target, query) }];
    if (!old && !query.has('fieldManager')) {
      return [404, statusOf(404, `${target.name} "${target.object}" not found`)];
    }
    if (method === 'PATCH') return [200, this.write(merged(old ?? {}, body!) as KubernetesObject)];
    if (method === 'PUT') return [200, this.write(body!)];
    if (method === 'DELETE') this.store.remove(old!);
    return [200, old];
  }

  private list(target: Target, query: URLSearchParams): object {
    const resourceVersion = String(this.store.events.length);
    return { apiVersion: target.apiVersion, metadata: { resourceVersion }, items: this.store.list(target, query) };
  }

  private create(target: Target, body: KubernetesObject): [number, unknown] {
    const namespace = target.namespace ?? body.metadata.namespace;
    if (this.store.find({ ...target, namespace, object: body.metadata.name })) {
      return [409, statusOf(409, `${target.name} "${body.metadata.name}" already exists`)];
    }
    return [201, this.write({ ...body, metadata: { ...body.metadata, namespace } })];
  }

  private write(object: KubernetesObject): KubernetesObject {
    const written = this.store.put(object);
    this.onWrite(written);
    return written;
  }

  /** Sends what happened since the version that is asked for, and then what happens. */
  private watch(target: Target, query: URLSearchParams, response: http.ServerResponse): void {
    const tell = (event: StoreEvent) => {
      if (matches(event.object, target, query)) response.write(`${JSON.stringify(event)}\n`);
    };
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    this.store.events.slice(Number(query.get('resourceVersion') ?? 0)).forEach(tell);
    this.store.listeners.add(tell);
    response.on('close', () => this.store.listeners.delete(tell));
  }
}

function actionIn(review: KubernetesObject | undefined): Readonly<Record<string, string | undefined>> {
  return (review?.['spec'] as { resourceAttributes: Record<string, string> }).resourceAttributes;
}

function send(response: http.ServerResponse, status: number, answer: unknown): void {
  const body = typeof answer === 'string' ? answer : JSON.stringify(answer);
  const type = typeof answer === 'string' ? 'text/plain' : 'application/json';
  response.writeHead(status, { 'content-type': type }).end(body);
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status */
function statusOf(code: number, message = `error ${code}`): object {
  const reason = { 404: 'NotFound', 409: 'AlreadyExists', 500: 'InternalError' }[code] ?? 'Failure';
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message };
}

/** https://www.rfc-editor.org/rfc/rfc7386 */
function merged(target: object, patch: object): object {
  const result: Record<string, unknown> = { ...target };
  for (const [key, value] of Object.entries(patch) as [string, unknown][]) {
    const old = result[key];
    if (value === null) delete result[key];
    else if (isObject(value)) result[key] = merged(isObject(old) ? old : {}, value);
    else result[key] = value;
  }
  return result;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
