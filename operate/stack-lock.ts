import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning } from '../machine/files';

/** The processes that hold a lock in a folder of Pulumi's own locks. */
export async function lockHolders(directory: string): Promise<number[]> {
  const files = await readdir(directory).catch(() => []);
  const texts = await Promise.all(files.map((file) => readFile(join(directory, file), 'utf8').catch(() => '{}')));
  return texts.map((text) => (JSON.parse(text) as { pid?: number }).pid ?? 0).filter((pid) => pid > 0);
}

/** Whether a process is Pulumi, and runs. The process that took a lock may be dead, and its number another one's. */
export function isPulumi(pid: number): boolean {
  if (process.platform !== 'linux') return isRunning(pid);
  try {
    // `<pid> (<name>) <state> …`. A zombie does not run.
    return /^\d+ \(pulumi\) [^ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
