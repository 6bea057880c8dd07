import http from 'node:http';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Props } from '../../../lab/providers/rpc/values';

interface Container {
  readonly spec: Props;
  readonly name: string;
  running: boolean;
  archive?: Buffer;
}

/** Docker's engine as a table of what was made; containers run, or end, when told to. */
export class FakeDocker {
  readonly containers = new Map<string, Container>();
  readonly networks = new Map<string, Props>();
  readonly volumes = new Map<string, Props>();
  /** The ids of the images, by name. */
  readonly images = new Map<string, string>();
  readonly requests: { method: string; path: string; query: Record<string, string>; body: Buffer }[] = [];
  /** Whether a container that is started stays up. */
  staysUp = true;

  private readonly server = http.createServer((request, response) => void this.answer(request, response));

  /** Gives the address, as DOCKER_HOST has it. */
  async start(): Promise<string> {
    const socket = join(mkdtempSync(join(tmpdir(), 'docker-')), 'docker.sock');
    await new Promise<void>((resolve) => this.server.listen(socket, resolve));
    return `unix://${socket}`;
  }

  stop(): void {
    this.server.close();
  }

  private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const url = new URL(request.url!, 'http://docker');
    const body = await buffer(request);
    const { method = 'GET' } = request;
    this.requests.push({ method, path: url.pathname, query: Object.fromEntries(url.searchParams), body });
    const [, kind, ...rest] = decodeURIComponent(url.pathname).split('/');
    const call = { method, rest, query: url.searchParams, body };
    const [status, answer] = this.respond(kind!, call);
    response.writeHead(status).end(answer === undefined ? '' : JSON.stringify(answer));
  }

  private respond(kind: string, call: Call): [number, unknown?] {
    if (kind === 'networks') return this.network(call);
    if (kind === 'volumes') return this.volume(call);
    if (kind === 'containers') return this.container(call);
    if (kind === 'build') {
      this.images.set(call.query.get('t')!, `sha256:${this.requests.length}`);
      return [200, { stream: 'built' }];
    }
    return this.image(call);
  }

  private network({ method, rest: [id], body }: Call): [number, unknown?] {
    if (method === 'POST') {
      const spec = JSON.parse(body.toString()) as Props;
      if ([...this.networks.values()].some(({ Name }) => Name === spec.Name)) return taken(spec.Name as string);
      const Id = `network-${this.networks.size}`;
      this.networks.set(Id, { Id, Scope: 'local', IPAM: {}, Attachable: false, Ingress: false, ...spec });
      return [201, { Id }];
    }
    const found = [...this.networks].find(([key, { Name }]) => key === id || Name === id);
    if (!found) return missing(`network ${id}`);
    if (method === 'DELETE') this.networks.delete(found[0]);
    return method === 'DELETE' ? [204] : [200, found[1]];
  }

  private volume({ method, rest: [name], body }: Call): [number, unknown?] {
    if (method === 'POST') {
      const spec = JSON.parse(body.toString()) as Props;
      const key = spec.Name as string;
      if (!this.volumes.has(key)) this.volumes.set(key, { Mountpoint: `/volumes/${key}`, ...spec });
      return [201, this.volumes.get(key)];
    }
    if (!this.volumes.has(name!)) return missing(`volume ${name}`);
    const volume = this.volumes.get(name!);
    if (method === 'DELETE') this.volumes.delete(name!);
    return method === 'DELETE' ? [204] : [200, volume];
  }

  private image({ method, rest }: Call): [number, unknown?] {
    const name = rest.filter((part) => part !== 'json').join('/');
    if (name === 'create') return [200, { error: 'no registry can be reached' }];
    if (!this.images.has(name)) return missing(`no such image: ${name}`);
    if (method === 'DELETE') this.images.delete(name);
    return [200, method === 'DELETE' ? [] : { Id: this.images.get(name) }];
  }

  private container({ method, rest: [id, verb], query, body }: Call): [number, unknown?] {
    if (id === 'create') {
      const name = query.get('name')!;
      if ([...this.containers.values()].some((other) => other.name === name)) return taken(name);
      const Id = `container-${this.requests.length}`;
      this.containers.set(Id, { name, spec: JSON.parse(body.toString()) as Props, running: false });
      return [201, { Id }];
    }
    const container = this.containers.get(id!);
    if (!container) return missing(`no such container: ${id}`);
    if (verb === 'start') container.running = this.staysUp;
    if (verb === 'archive') container.archive = body;
    if (method === 'DELETE') this.containers.delete(id!);
    return verb === 'json' ? [200, inspected(id!, container)] : [verb === 'logs' ? 200 : 204];
  }
}

interface Call {
  readonly method: string;
  readonly rest: string[];
  readonly query: URLSearchParams;
  readonly body: Buffer;
}

function inspected(Id: string, { name, spec, running }: Container): Props {
  const State = {
    Running: running,
    Restarting: false,
    Status: running ? 'running' : 'exited',
    ExitCode: running ? 0 : 7,
  };
  const RestartPolicy = { Name: 'no' };
  const HostConfig = { LogConfig: { Type: 'json-file' }, RestartPolicy };
  return {
    Id,
    Name: `/${name}`,
    Image: spec.Image,
    RestartCount: 0,
    State,
    Config: spec,
    HostConfig,
    NetworkSettings: {},
  };
}

function missing(message: string): [number, unknown] {
  return [404, { message }];
}

function taken(name: string): [number, unknown] {
  return [409, { message: `the name ${name} is already in use` }];
}
