import { once } from 'node:events';
import { createServer } from 'node:net';
import { execa } from 'execa';
import { gitServerHost, nodeNames, type Fleet } from '../model';
import type { Finding } from './finding';

/** A port of this machine that the fleet uses. */
export interface WantedPort {
  readonly port: number;
  /** The path in fleet.ts that says so. */
  readonly place: string;
  /** The containers that may have it. */
  readonly owners: readonly string[];
}

export function wantedPorts({ git, clusters }: Fleet): WantedPort[] {
  return [
    { port: git.port, place: 'git.port', owners: [gitServerHost] },
    ...Object.entries(clusters).flatMap(([name, cluster]) =>
      Object.keys(cluster.ports).map((port) => ({
        port: Number(port),
        place: `clusters.${name}.ports`,
        owners: nodeNames(name, cluster),
      })),
    ),
  ];
}

/** Who has each wanted port: nobody and the fleet itself are well. */
export async function portFindings(fleet: Fleet): Promise<Finding[]> {
  const wanted = wantedPorts(fleet);
  const taken = await Promise.all(wanted.map(({ port }) => isTaken(port)));
  const publishers = taken.some(Boolean) ? await publishedPorts() : new Map<number, string>();
  return wanted.map((port, index) => portFinding(port, taken[index]!, publishers.get(port.port)));
}

/** @param publisher the container that has the port. */
export function portFinding({ port, place, owners }: WantedPort, taken: boolean, publisher?: string): Finding {
  const subject = `port ${port} (${place})`;
  if (!taken) return { subject, state: 'ok', detail: 'free' };
  if (publisher !== undefined && owners.includes(publisher)) {
    return { subject, state: 'ok', detail: `the fleet's own container ${publisher} has it` };
  }
  const holder = publisher === undefined ? 'another program' : `container ${publisher}`;
  const next = `End that, or choose another port at \`${place}\` in fleet.ts`;
  return { subject, state: 'problem', detail: `${holder} has it`, next };
}

/** Whether something listens on that port of 127.0.0.1. A port that only root may open is for Docker to open. */
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

/** The containers that publish ports of this machine, by port; none when there is no engine to ask. */
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
