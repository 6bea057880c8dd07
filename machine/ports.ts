import { once } from 'node:events';
import { createServer } from 'node:net';
import { execa } from 'execa';
import type { Finding } from './finding';

/** A port of this machine that the fleet uses. */
export interface WantedPort {
  readonly port: number;
  /** The path in fleet.ts that sets it. */
  readonly place: string;
  /** The fleet's containers that may have it. */
  readonly owners: readonly string[];
  /** The containers of the whole fleet's clusters, one of which may have it until the next `up`. @default - none */
  readonly clusterNodes?: readonly string[];
}

/** Whether each wanted port is free, or open by the fleet itself. */
export async function portFindings(wanted: readonly WantedPort[]): Promise<Finding[]> {
  const taken = await Promise.all(wanted.map(({ port }) => isTaken(port)));
  const publishers = taken.some(Boolean) ? await publishedPorts() : new Map<number, string>();
  return wanted.map((port, index) => portFinding(port, taken[index]!, publishers.get(port.port)));
}

/** The ports that another cluster of the fleet has, each with its container. */
export async function portsToMove(
  wanted: readonly WantedPort[],
): Promise<(Pick<WantedPort, 'port' | 'place'> & { readonly holder: string })[]> {
  const publishers = await publishedPorts();
  return wanted.flatMap(({ port, place, owners, clusterNodes = [] }) => {
    const holder = publishers.get(port);
    const moves = holder !== undefined && clusterNodes.includes(holder) && !owners.includes(holder);
    return moves ? [{ port, place, holder }] : [];
  });
}

/** @param publisher the container that uses the port */
export function portFinding(
  { port, place, owners, clusterNodes = [] }: WantedPort,
  taken: boolean,
  publisher?: string,
): Finding {
  const subject = `port ${port} (${place})`;
  if (!taken) return { subject, state: 'ok', detail: 'free' };
  if (publisher !== undefined && owners.includes(publisher)) {
    return { subject, state: 'ok', detail: `the fleet's own container ${publisher} uses it` };
  }
  if (publisher !== undefined && clusterNodes.includes(publisher)) {
    return {
      subject,
      state: 'ok',
      detail: `another cluster of the fleet, ${publisher}, gives it up at \`npm run up\``,
    };
  }
  const holder = publisher === undefined ? 'another program' : `container ${publisher}`;
  const next = `Stop it, or choose another port at \`${place}\` in fleet.ts`;
  return { subject, state: 'problem', detail: `${holder} uses it`, next };
}

/** Whether something listens on a port of 127.0.0.1. A port that only root may open is free: Docker opens it. */
export async function isTaken(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  } finally {
    server.close();
  }
}

/** The containers that publish ports of this machine, by port; none when no engine answers. */
async function publishedPorts(): Promise<Map<number, string>> {
  const { stdout } = await execa('docker', ['ps', '--format', '{{.Names}}\t{{.Ports}}'], {
    reject: false,
    timeout: 10_000,
  });
  return portsIn(stdout ?? '');
}

/** @param listing lines of `docker ps`: a name, a tab, and ports as in `127.0.0.1:2222->22/tcp, 0.0.0.0:8080-8081->80-81/tcp`. */
export function portsIn(listing: string): Map<number, string> {
  const found = new Map<number, string>();
  for (const line of listing.split('\n')) {
    const [name = '', ports = ''] = line.split('\t');
    for (const [, first, last = first] of ports.matchAll(/:(\d+)(?:-(\d+))?->/g)) {
      for (let port = Number(first); port <= Number(last); port++) found.set(port, name);
    }
  }
  return found;
}
