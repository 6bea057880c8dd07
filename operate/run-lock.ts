import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { FleetError } from '../model';

/** Whether a process of this number lives. One that has ended and that nobody has waited for yet does not. */
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

/** How long one that holds the lock may take to end, in ms: `kill -9` and the next run may be one line of a shell. */
const patience = 3000;

/**
 * Keeps a second command that changes the fleet from running beside this one, until this process ends, however it
 * ends: a lock whose process is dead counts for nothing.
 *
 * @throws FleetError when another one is running.
 */
export async function lockRuns(directory: string, command: string): Promise<void> {
  const path = join(directory, 'lock');
  const own = `${path}.${process.pid}`;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(own, JSON.stringify({ pid: process.pid, command }));
  const deadline = Date.now() + patience;
  try {
    for (;;) {
      // A link is made whole or not at all, and by one process only.
      if (tryLink(own, path)) break;
      const holder = readHolder(path);
      if (!holder || !isAlive(holder.pid)) {
        rmSync(path, { force: true });
      } else if (Date.now() < deadline) {
        await delay(50);
      } else {
        throw new FleetError({
          place: path,
          problem: `\`${holder.command}\` is running already, as process ${holder.pid}`,
          next: 'Wait for its end, or end it, and run this again',
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
