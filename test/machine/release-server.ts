import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A host of releases on this machine, in the place of GitHub. */
export interface ReleaseServer {
  readonly base: string;
  /** What it answers with by path; what is not there is not found. */
  readonly files: Map<string, Buffer | string>;
  /** Paths whose connection is cut half-way, with how often. */
  readonly cuts: Map<string, number>;
  /** The paths that were asked for, in order. */
  readonly asked: string[];
  close(): void;
}

export async function serveReleases(): Promise<ReleaseServer> {
  const files = new Map<string, Buffer | string>();
  const cuts = new Map<string, number>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url!;
    asked.push(path);
    const file = files.get(path);
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    const left = cuts.get(path) ?? 0;
    if (left === 0) {
      response.end(file);
      return;
    }
    cuts.set(path, left - 1);
    response.writeHead(200, { 'content-length': file.length });
    response.write(file.slice(0, file.length / 2), () => request.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { base, files, cuts, asked, close: () => server.close() };
}

/** A line as `sha256sum` writes it. */
export function checksumLine(content: Buffer | string, file: string): string {
  return `${createHash('sha256').update(content).digest('hex')}  ${file}\n`;
}
