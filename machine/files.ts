import { randomBytes } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { FleetError } from '../model';

/** A new name in the folder of `path`, which no other process uses: write there, then rename it to `path`. */
export function tempPath(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  return join(dirname(path), `.part-${process.pid}-${randomBytes(4).toString('hex')}`);
}

/** Removes the {@link tempPath}s of processes that have ended without removing them. */
export function removeAbandoned(directory: string): void {
  if (!existsSync(directory)) return;
  for (const name of readdirSync(directory)) {
    const pid = /^\.part-(\d+)-/.exec(name)?.[1];
    if (pid && !isRunning(Number(pid))) rmSync(join(directory, name), { recursive: true, force: true });
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Writes a file atomically: a reader sees the old content or the new one, never a part. */
export function writeWhole(path: string, content: string, mode = 0o644): void {
  const part = tempPath(path);
  writeFileSync(part, content, { mode });
  renameSync(part, path);
}

/** Makes a file that does not exist yet, whole. Of several processes that do so at once, the first one's stays. */
export function makeOnce(path: string, make: (part: string) => void): void {
  if (existsSync(path)) return;
  const part = tempPath(path);
  make(part);
  try {
    linkSync(part, path);
  } catch (error) {
    // Some file systems have no links.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') renameSync(part, path);
  } finally {
    rmSync(part, { force: true });
  }
}

/** Replaces the file or folder at `path` by the one at `part`. */
export function moveInPlace(part: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  if (statSync(part).isDirectory()) rmSync(path, { recursive: true, force: true });
  renameSync(part, path);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The path of a command, from the first folder of PATH that has it. */
export function findCommand(name: string, path = process.env.PATH ?? ''): string | undefined {
  const candidates = path.split(delimiter).filter(Boolean);
  return candidates.map((directory) => join(directory, name)).find(isExecutable);
}

const faults: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write it',
  EPERM: 'this user may not change it',
  EROFS: 'its file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: "the user's disk quota is used up",
  ENOTDIR: 'a part of its path is a file',
};

/** A fault of a file or its disk, as the user can fix it; undefined for any other error. */
export function diskProblem(error: unknown): FleetError | undefined {
  const { code = '', path, syscall } = error as NodeJS.ErrnoException;
  // Node.js makes this of a folder that cannot be made on a read-only file system.
  const problem = code === 'ENOENT' && syscall === 'mkdir' ? faults['EROFS'] : faults[code];
  if (!problem || syscall?.startsWith('spawn')) return undefined;
  const next =
    'Make it writable, or make room on the disk, and run the same command again: it continues where it stopped';
  return new FleetError({ place: path ?? 'this machine', problem, next });
}

/** Makes the directory and those above it, open to this user alone. Gives its path. */
export function makePrivate(directory: string): string {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return directory;
}

/** Writes a file that only its owner may read, atomically. */
export function writePrivateFile(path: string, content: string): void {
  makePrivate(dirname(path));
  writeWhole(path, content, 0o600);
}

/** What a failed command says at the end of its output. */
export const lastLine = (output = '') => output.trim().split('\n').at(-1) ?? '';
