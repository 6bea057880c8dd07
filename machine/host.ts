import { existsSync, mkdirSync, readFileSync, statfsSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { findCommand } from './files';
import type { Finding } from './finding';
import { cacheDirectory } from './paths';

const gigabyte = 2 ** 30;
const gb = (bytes: number) => `${(bytes / gigabyte).toFixed(1)} GB`;

/** The commands that this project does not provide, with the Debian package that does. */
const commands = { git: 'git', ssh: 'openssh-client', 'ssh-keygen': 'openssh-client' } as const;

export function commandFindings(path = process.env.PATH): Finding[] {
  return Object.entries(commands).map(([subject, from]): Finding => {
    const found = findCommand(subject, path);
    if (found) return { subject, state: 'ok', detail: found };
    return {
      subject,
      state: 'problem',
      detail: 'not on PATH',
      next: `Install it: \`apt-get install ${from}\` on Debian and Ubuntu, or your system's package of it`,
    };
  });
}

/** What kind recommends, and the kernel's lowest default: https://kind.sigs.k8s.io/docs/user/known-issues */
const inotify = {
  max_user_instances: { least: 128, recommended: 512 },
  max_user_watches: { least: 8192, recommended: 524_288 },
} as const;

/** @param limit gives a limit by its name; undefined where the system has none, as on macOS */
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

/** Bytes. A node with Flux takes about 0.4 GB. */
const perNode = 0.5 * gigabyte;

/** @param memory bytes that are available to programs */
export function memoryFinding(nodes: number, memory = availableMemory()): Finding {
  const needed = perNode * nodes;
  const detail = `${gb(memory)} available; the fleet takes about ${gb(needed)}`;
  if (memory >= needed) return { subject: 'memory', state: 'ok', detail };
  // A running fleet has taken its memory already, so too little available memory proves nothing.
  const state = totalmem() < needed ? 'problem' : 'warning';
  return { subject: 'memory', state, detail, next: 'End other programs, or declare fewer nodes in `fleet.ts`' };
}

function availableMemory(): number {
  if (!existsSync('/proc/meminfo')) return freemem();
  const kilobytes = /^MemAvailable:\s*(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
  return kilobytes ? Number(kilobytes) * 1024 : freemem();
}

/** Whether the folders that fill up have enough space. */
export function spaceFindings(directories: readonly string[], free = freeBytes): Finding[] {
  return directories.map((directory): Finding => {
    const bytes = free(directory);
    const detail = `${gb(bytes)} free`;
    const subject = `space in ${directory}`;
    if (bytes >= 12 * gigabyte) return { subject, state: 'ok', detail };
    const state = bytes < 3 * gigabyte ? 'problem' : 'warning';
    return {
      subject,
      state,
      detail,
      next: 'Free space: images take 3 GB, and building them in the lab takes 12 GB once',
    };
  });
}

function freeBytes(directory: string): number {
  const there = existsSync(directory) ? directory : dirname(directory);
  if (there !== directory) return freeBytes(there);
  const { bavail, bsize } = statfsSync(there);
  return bavail * bsize;
}

/** Whether the cache can be written. */
export function cacheFinding(directory = cacheDirectory): Finding {
  const subject = `cache ${directory}`;
  try {
    mkdirSync(directory, { recursive: true });
    return { subject, state: 'ok', detail: 'writable' };
  } catch (error) {
    const detail = (error as Error).message;
    return { subject, state: 'problem', detail, next: 'Set FLUX_FLEET_CACHE to another folder' };
  }
}
