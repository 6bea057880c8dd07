import { existsSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { freemem, totalmem, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { findCommand, tempPath } from './files';
import type { Finding } from './finding';
import { cacheDirectory, fleetDirectory, repositoryRoot } from './paths';

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
  const { bavail, bsize } = statfsSync(existing(directory));
  return bavail * bsize;
}

/** The directory, or the first above it that exists. */
function existing(directory: string): string {
  const parent = dirname(directory);
  return existsSync(directory) || parent === directory ? directory : existing(parent);
}

/** Whether the folders that are written to can be, and every tool can take their paths. */
export function folderFindings(fleet = fleetDirectory, cache = cacheDirectory, root = repositoryRoot): Finding[] {
  const writable = [
    { subject: `local files ${fleet}`, directory: fleet, variable: 'FLUX_FLEET_DIRECTORY' },
    { subject: `cache ${cache}`, directory: cache, variable: 'FLUX_FLEET_CACHE' },
  ];
  const name = unusable(root);
  return [
    ...(name ? [{ subject: `clone ${root}`, state: 'problem', detail: name, next: 'Move it' } as const] : []),
    ...writable.map(({ subject, directory, variable }): Finding => {
      const detail = unusable(directory) ?? unwritable(directory);
      if (!detail) return { subject, state: 'ok', detail: 'writable' };
      return { subject, state: 'problem', detail, next: `Make it writable, or set ${variable} to another folder` };
    }),
  ];
}

function unusable(directory: string): string | undefined {
  const character = /[:"\\\n]|\$\{/.exec(directory)?.[0];
  return (
    character && `its path has \`${character}\`, which ssh or a list of paths, as in PATH and KUBECONFIG, cannot hold`
  );
}

function unwritable(directory: string): string | undefined {
  try {
    const probe = tempPath(join(existing(directory), 'probe'));
    writeFileSync(probe, Buffer.alloc(65_536));
    rmSync(probe);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Whether the system knows this user by a name. */
export function userFindings(user: () => unknown = userInfo): Finding[] {
  try {
    user();
    return [];
  } catch {
    const detail = `the system has no name for user id ${process.getuid?.()}, which ssh demands`;
    const next = 'Add one: `echo "fleet:x:$(id -u):$(id -g)::/tmp:/bin/sh" | sudo tee -a /etc/passwd`';
    return [{ subject: 'user', state: 'problem', detail, next }];
  }
}
