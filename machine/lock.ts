import { createHash } from 'node:crypto';
import { createServer, connect, type Server } from 'node:net';
import { once } from 'node:events';

/**
 * Runs `work` while no other process of this machine runs work of the same name. Waits for a process that does.
 *
 * The lock is an abstract socket, which Linux removes however its holder ends, so no lock file can be left behind. Other
 * systems have none: nothing is locked there, and writers rely on atomic renames.
 *
 * @param waiting called with the holder's process number, once for each holder that it waits for
 */
export async function exclusively<T>(
  name: string,
  waiting: (holder: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  if (process.platform !== 'linux') return work();
  const path = lockAddress(name);
  let lock = await listen(path);
  while (!lock) {
    await holderGone(path, waiting);
    lock = await listen(path);
  }
  try {
    return await work();
  } finally {
    lock.server.close();
    lock.release();
  }
}

/** The abstract socket of a name. */
export function lockAddress(name: string): string {
  return `\0flux-fleet-${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
}

interface Lock {
  readonly server: Server;
  /** Closes the connections of the waiting processes. */
  release(): void;
}

async function listen(path: string): Promise<Lock | undefined> {
  const release = new AbortController();
  const server = createServer((waiter) => {
    waiter.on('error', () => waiter.destroy());
    waiter.write(String(process.pid));
    release.signal.addEventListener('abort', () => waiter.destroy());
  });
  server.unref();
  try {
    server.listen(path);
    await once(server, 'listening');
    return { server, release: () => release.abort() };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
}

/** Resolves when the holder ends: it sends its process number, and the connection closes with it. Nothing is polled. */
async function holderGone(path: string, waiting: (holder: string) => void): Promise<void> {
  const connection = connect(path);
  connection.on('data', (pid) => waiting(pid.toString()));
  await new Promise<void>((resolve) => {
    connection.on('error', () => resolve());
    connection.on('close', () => resolve());
  });
}
