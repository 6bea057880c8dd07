import { existsSync, mkdirSync, readFileSync, statfsSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { findCommand } from './files';
import type { Finding } from './finding';
import { cacheDirectory } from './paths';

const gigabyte = 2 ** 30;
const gb = (bytes: number) => `${(bytes / gigabyte).toFixed(1)} GB`;

/** The commands that nothing of ours brings, with the package of Debian that does. */
const commands = { git: 'git', ssh: 'openssh-client', 'ssh-keygen': 'openssh-client' } as const;

export function commandFindings(path = process.env.PATH): Finding[] {
  return Object.entries(commands).map(([subject, from]): Finding => {
    const found = findCommand(subject, path);
    if (found) return { subject, state: 'ok', detail: found };
    return {
      subject,
      state: 'problem',
      detail: `there is no \`${subject}\` on PATH`,
      next: `Install it: \`apt-get install ${from}\` on Debian and Ubuntu, or your system's package of it`,
    };
  });
}

/** What kind asks for, and the least that the kernel has ever given by default: https://kind.sigs.k8s.io/docs/user/known-issues */
const inotify = {
  max_user_instances: { least: 128, recommended: 512 },
  max_user_watches: { least: 8192, recommended: 524_288 },
} as const;

/** @param limit gives a limit by its name, undefined where there is none, as on macOS. */
export function inotifyFindings(nodes: number, limit = inotifyLimit): Finding[] {
  const many = nodes > 2;
  return Object.entries(inotify).flatMap(([name, { least, recommended }]): Finding[] => {
    const value = limit(name);
    if (value === undefined) return [];
    const subject = `fs.inotify.${name}`;
    if (value >= (many ? recommended : least)) return [{ subject, state: 'ok', detail: String(value) }];
    const state = value < least ? 'problem' : 'warning';
    const detail = `${value} is too low for ${nodes} nodes`;
    return [{ subject, state, detail, next: `Raise it: \`sudo sysctl ${subject}=${recommended}\`` }];
  });
}

function inotifyLimit(name: string): number | undefined {
  const file = `/proc/sys/fs/inotify/${name}`;
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
}

/** Bytes. A node takes some 0.4 GB, with Flux in it. */
const perNode = 0.5 * gigabyte;

/** @param memory the bytes that programs can still get. */
export function memoryFinding(nodes: number, memory = availableMemory()): Finding {
  const needed = perNode * nodes;
  const detail = `${gb(memory)} can be had, and the fleet takes some ${gb(needed)}`;
  if (memory >= needed) return { subject: 'memory', state: 'ok', detail };
  // What a running fleet has taken is no longer to be had: not enough left is no proof.
  const state = totalmem() < needed ? 'problem' : 'warning';
  return { subject: 'memory', state, detail, next: 'End other programs, or declare fewer nodes in fleet.ts' };
}

function availableMemory(): number {
  if (!existsSync('/proc/meminfo')) return freemem();
  const kilobytes = /^MemAvailable:\s*(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
  return kilobytes ? Number(kilobytes) * 1024 : freemem();
}

/** The directories that fill up, and the bytes that they need to be worked with. */
export function spaceFindings(directories: readonly string[], free = freeBytes): Finding[] {
  return directories.map((directory): Finding => {
    const bytes = free(directory);
    const detail = `${gb(bytes)} free`;
    const subject = `space in ${directory}`;
    if (bytes >= 12 * gigabyte) return { subject, state: 'ok', detail };
    const state = bytes < 3 * gigabyte ? 'problem' : 'warning';
    return { subject, state, detail, next: 'Make room: images take 3 GB, and building them takes 12 GB once' };
  });
}

function freeBytes(directory: string): number {
  const there = existsSync(directory) ? directory : dirname(directory);
  if (there !== directory) return freeBytes(there);
  const { bavail, bsize } = statfsSync(there);
  return bavail * bsize;
}

/** Whether the cache can be written to, which it must be. */
export function cacheFinding(directory = cacheDirectory): Finding {
  const subject = `cache ${directory}`;
  try {
    mkdirSync(directory, { recursive: true });
    return { subject, state: 'ok', detail: 'tools and what is built are kept there' };
  } catch (error) {
    const detail = (error as Error).message;
    return { subject, state: 'problem', detail, next: 'Name another directory in FLUX_FLEET_CACHE' };
  }
}
