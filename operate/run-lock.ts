import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { FleetError, localPaths } from '../model';

/** Whether a process is running. A zombie is not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  try {
    // `<pid> (<name>) <state> …`, on Linux.
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

/** How long to wait for the end of the process that has the lock, in ms: it may just have been killed. */
const patience = 3000;

/**
 * Lets no other command change the fleet until this process ends, in whatever way: the lock of a process that is dead
 * is ignored.
 *
 * @throws FleetError when another command is running.
 */
export async function lockRuns(directory: string, command: string): Promise<void> {
  const path = join(directory, localPaths.lock);
  const own = `${path}.${process.pid}`;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(own, JSON.stringify({ pid: process.pid, command }));
  const deadline = Date.now() + patience;
  try {
    for (;;) {
      // Creating a link is atomic: one process succeeds.
      if (tryLink(own, path)) break;
      const holder = readHolder(path);
      if (!holder || !isAlive(holder.pid)) {
        rmSync(path, { force: true });
      } else if (Date.now() < deadline) {
        await delay(50);
      } else {
        throw new FleetError({
          place: path,
          problem: `\`${holder.command}\` is already running, as process ${holder.pid}`,
          next: `Wait until it ends, or stop it with \`kill ${holder.pid}\`, and run this again`,
        });
      }
    }
  } finally {
    rmSync(own, { force: true });
  }
  process.once('exit', () => rmSync(path, { force: true }));
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(path: string): { pid: number; command: string } | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as { pid: number; command: string };
  } catch {
    return undefined;
  }
}
