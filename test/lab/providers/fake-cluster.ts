import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { isProps, type Props } from '../../../lab/providers/rpc/values';

interface Kind {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** A Kubernetes API that remembers what is applied, and nothing more. */
export class FakeCluster {
  readonly objects = new Map<string, Props>();
  readonly requests: { method: string; path: string; query: Record<string, string>; body?: Props }[] = [];
  /** The kinds that it serves, by apiVersion. */
  readonly kinds: Record<string, Kind[]> = {
    v1: [
      { name: 'namespaces', kind: 'Namespace', namespaced: false },
      { name: 'configmaps', kind: 'ConfigMap', namespaced: true },
      { name: 'secrets', kind: 'Secret', namespaced: true },
      { name: 'pods', kind: 'Pod', namespaced: true },
    ],
    'apps/v1': [{ name: 'deployments', kind: 'Deployment', namespaced: true }],
  };
  /** What the API server makes of an object when it is applied, its status for example. */
  admit: (object: Props) => Props = (object) => object;
  /** Refuses a request by its status, for as long as it gives one. */
  refuse: (method: string, path: string) => { status: number; message: string } | undefined = () => undefined;

  private readonly server = http.createServer((request, response) => void this.answer(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const server = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return JSON.stringify({
      'current-context': 'fake',
      contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'fake' } }],
      clusters: [{ name: 'fake', cluster: { server } }],
      users: [{ name: 'fake', user: { token: 'token-of-the-fake-cluster' } }],
    });
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const url = new URL(request.url!, 'http://fake');
    const payload = await text(request);
    const body = payload === '' ? undefined : (JSON.parse(payload) as Props);
    const { method = 'GET' } = request;
    this.requests.push({ method, path: url.pathname, query: Object.fromEntries(url.searchParams), body });
    const refused = this.refuse(method, url.pathname);
    const [status, answer] = refused ? [refused.status, refused] : this.respond(method, url, body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  private respond(method: string, url: URL, body: Props | undefined): [number, unknown] {
    const path = url.pathname;
    const resources = this.kinds[path.replace(/^\/apis?\//, '')];
    if (resources) return [200, { resources }];
    if (method === 'PATCH') return [200, this.apply(path, body!, url.searchParams.has('dryRun'))];
    const found = this.objects.get(path);
    if (!found)
      return path.endsWith('/pods')
        ? [200, { items: [] }]
        : [404, { reason: 'NotFound', message: `${path} not found` }];
    if (method === 'DELETE') this.objects.delete(path);
    return [200, found];
  }

  private apply(path: string, body: Props, dryRun: boolean): Props {
    const metadata = isProps(body.metadata) ? body.metadata : {};
    const uid = `uid of ${path}`;
    const object = this.admit({ ...body, metadata: { ...metadata, uid, generation: 1, managedFields: [{}] } });
    if (!dryRun) this.objects.set(path, object);
    return object;
  }
}
