import { readFileSync } from 'node:fs';
import { execa } from 'execa';
import { FleetError } from '../model';
import { findCommand, lastLine } from './files';

/** Whether packages can be installed: as root, on Debian or a system derived from it. */
export function canInstall(): boolean {
  return process.getuid?.() === 0 && findCommand('apt-get') !== undefined;
}

/** Installs Debian packages. @throws FleetError with the end of apt's output */
export async function install(packages: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await execa('apt-get', ['update', '-qq'], { env, all: true });
    await execa('apt-get', ['install', '-y', '-qq', ...packages], { env, all: true });
  } catch (error) {
    throw new FleetError({
      place: 'apt-get',
      problem: `cannot install ${packages.join(', ')}: ${lastLine((error as { all?: string }).all)}`,
      next: `Run \`apt-get install ${packages.join(' ')}\` yourself to see why, then run the same command again`,
    });
  }
}

/** The capabilities in this process's bounding set, as bits. */
export function boundingSet(status = readFileSync('/proc/self/status', 'utf8')): bigint {
  return BigInt(`0x${/^CapBnd:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? 'ffffffffffffffff'}`);
}

const CAP_SYS_RESOURCE = 24n;

/** Whether this machine allows CAP_SYS_RESOURCE, which `docker run --privileged` asks for. */
export function hasSysResource(capabilities = boundingSet()): boolean {
  return ((capabilities >> CAP_SYS_RESOURCE) & 1n) === 1n;
}
