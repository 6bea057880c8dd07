import { readFileSync } from 'node:fs';
import { execa } from 'execa';
import { FleetError } from '../model';
import { findCommand } from './files';

/** Whether packages can be installed here: as root, on Debian or what descends from it. */
export function canInstall(): boolean {
  return process.getuid?.() === 0 && findCommand('apt-get') !== undefined;
}

/** Installs Debian packages. @throws FleetError with the end of apt's output. */
export async function install(packages: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await execa('apt-get', ['update', '-qq'], { env, all: true });
    await execa('apt-get', ['install', '-y', '-qq', ...packages], { env, all: true });
  } catch (error) {
    throw new FleetError({
      place: 'apt-get',
      problem: `it could not install ${packages.join(', ')}: ${lastLine((error as { all?: string }).all)}`,
      next: 'See to it that Debian packages can be reached, and run the same again',
    });
  }
}

/** The capabilities that this machine may give at all, as a bit set. */
export function boundingSet(status = readFileSync('/proc/self/status', 'utf8')): bigint {
  return BigInt(`0x${/^CapBnd:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? 'ffffffffffffffff'}`);
}

const CAP_SYS_RESOURCE = 24n;

/** Whether the machine may raise resource limits, which `docker run --privileged` asks for. */
export function hasSysResource(capabilities = boundingSet()): boolean {
  return ((capabilities >> CAP_SYS_RESOURCE) & 1n) === 1n;
}

function lastLine(text = ''): string {
  return text.trim().split('\n').at(-1) ?? '';
}
