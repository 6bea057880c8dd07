import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

export interface Holder {
  readonly pid: number;
  readonly command: string;
}

export interface LockProps {
  /** What the lock is for. Every process of this machine that uses the same name excludes the others. */
  readonly name: string;
  /** What this process runs: `npm run up`. */
  readonly command: string;
  /**
   * Is called once for each process that has the lock, and without one if it does not answer, as when it was suspended. It
   * may throw, which ends the wait.
   */
  readonly waiting: (holder?: Holder) => void;
  /** How long to wait before `waiting` is called, in ms: the holder may be about to end. @default 0 */
  readonly patience?: number;
}

type Release = () => void;

/**
 * Runs `work` while no other process of this machine runs work of the same name. Waits for a process that does.
 *
 * The lock is the system's: it ends with its process, however that ends, and no file or process number can keep it.
 */
export async function exclusively<T>(props: LockProps, work: () => Promise<T>): Promise<T> {
  const release = await waitForLock(props);
  try {
    return await work();
  } finally {
    release();
  }
}

async function waitForLock({ name, command, waiting, patience = 0 }: LockProps): Promise<Release> {
  const take = process.platform === 'linux' ? listen : openLocked;
  const start = Date.now();
  const told = new Set<number | undefined>();
  for (;;) {
    const lock = await take(lockAddress(name), JSON.stringify({ pid: process.pid, command } satisfies Holder));
    if (typeof lock === 'function') return lock;
    const holder = parsed(lock);
    // Without an answer, it may have ended in between.
    const isLate = Date.now() - start >= (holder ? patience : Math.max(patience, answerTime));
    if (isLate && !told.has(holder?.pid)) {
      told.add(holder?.pid);
      waiting(holder);
    }
    await delay(100);
  }
}

/** Where the lock of a name is: on Linux an abstract socket, elsewhere a file, whatever $TMPDIR a shell has. */
function lockAddress(name: string): string {
  const lock = `flux-fleet-${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
  return process.platform === 'linux' ? `\0${lock}` : `/tmp/${lock}`;
}

/** How long the process that has a lock may take to answer, in ms. */
const answerTime = 5000;

/** Listens on an abstract socket, which one process can and Linux removes with it. Else gives what its holder sends. */
async function listen(path: string, holder: string): Promise<Release | string> {
  const server = createServer((asking) => asking.on('error', () => asking.destroy()).end(holder));
  server.unref();
  try {
    await once(server.listen(path), 'listening');
    return () => server.close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return text(connect({ path, signal: AbortSignal.timeout(answerTime) })).catch(() => '');
  }
}

/** The flag of macOS and the BSDs by which open(2) also locks: https://man.freebsd.org/cgi/man.cgi?query=open */
const exclusiveLock = 0x20;

/** Opens a file with the system's lock on it. Else gives what its holder wrote. */
function openLocked(path: string, holder: string): Promise<Release | string> {
  const { O_CREAT, O_NONBLOCK, O_RDWR } = constants;
  try {
    const file = openSync(path, O_CREAT | O_NONBLOCK | O_RDWR | exclusiveLock, 0o600);
    ftruncateSync(file);
    writeSync(file, holder);
    return Promise.resolve(() => closeSync(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    return Promise.resolve(readFileSync(path, 'utf8'));
  }
}

function parsed(answer: string): Holder | undefined {
  try {
    return JSON.parse(answer) as Holder;
  } catch {
    return undefined;
  }
}
