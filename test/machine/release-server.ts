import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a file is sent: `cut` ends the connection half-way, `stall` goes silent there, `trickle` sends it in small pieces. */
export type Fault = 'cut' | 'stall' | 'trickle' | number;

/** A server of releases on this machine, instead of GitHub. */
export interface ReleaseServer {
  readonly base: string;
  /** The content by path. Any other path is answered with 404. */
  readonly files: Map<string, Buffer | string>;
  /** What goes wrong at the next requests of a path, one after the other. A number is a status. */
  readonly faults: Map<string, Fault[]>;
  /** The paths that were requested, in order. */
  readonly requested: string[];
  close(): void;
}

/** Milliseconds between two pieces of a `trickle`, which has ten. */
export const trickle = 150;

export async function serveReleases(): Promise<ReleaseServer> {
  const files: ReleaseServer['files'] = new Map();
  const faults: ReleaseServer['faults'] = new Map();
  const requested: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url!;
    requested.push(path);
    const file = files.get(path);
    if (file === undefined) response.writeHead(404).end();
    else void send(Buffer.from(file), faults.get(path)?.shift(), response);
  });
  const base = await listen(server);
  return { base, files, faults, requested, close: () => end(server) };
}

async function send(file: Buffer, fault: Fault | undefined, response: ServerResponse): Promise<void> {
  if (fault === undefined) return void response.end(file);
  if (typeof fault === 'number') return void response.writeHead(fault).end();
  response.writeHead(200, { 'content-length': file.length });
  if (fault !== 'trickle') {
    response.write(file.subarray(0, file.length / 2), () => fault === 'cut' && response.socket?.destroy());
    return;
  }
  const size = Math.ceil(file.length / 10);
  for (let at = 0; at < file.length; at += size) {
    response.write(file.subarray(at, at + size));
    await sleep(trickle);
  }
  response.end();
}

/** A proxy on this machine. */
export interface Proxy {
  readonly address: string;
  /** What it was asked to reach: `CONNECT host:port`, or `GET http://…`. */
  readonly requested: string[];
  close(): void;
}

/** Serves a proxy that sends every host name to this machine, so that nothing gets there without it. */
export async function serveProxy(): Promise<Proxy> {
  const requested: string[] = [];
  const server = createServer((incoming: IncomingMessage, response) => {
    requested.push(`${incoming.method} ${incoming.url}`);
    const { port, pathname } = new URL(incoming.url!);
    const onward = request({ host: '127.0.0.1', port, path: pathname, method: incoming.method }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(onward);
  });
  server.on('connect', ({ url }: IncomingMessage, client: NodeJS.WritableStream & NodeJS.ReadableStream) => {
    requested.push(`CONNECT ${url}`);
    const onward = connect(Number(url!.split(':')[1]), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(client).pipe(onward);
    });
  });
  return { address: await listen(server), requested, close: () => end(server) };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function end(server: Server): void {
  server.close();
  server.closeAllConnections();
}

/** A line as `sha256sum` writes it. */
export function checksumLine(content: Buffer | string, file: string): string {
  return `${createHash('sha256').update(content).digest('hex')}  ${file}\n`;
}
