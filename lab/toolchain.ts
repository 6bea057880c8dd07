import { totalmem } from 'node:os';

import { execa } from 'execa';
import { coerce, satisfies, type SemVer } from 'semver';

import { canInstall, install } from '../machine/debian';
import { findCommand } from '../machine/files';
import { FleetError, type Problem } from '../model';

/** From this version on, Go downloads the version that a go.mod requires: https://go.dev/doc/toolchain */
const accepts = '>=1.21';
const next = 'Install Go 1.21 or later (https://go.dev/dl), or set FLUX_FLEET_LAB_SEED to an archive of built commands';
const notInstalled: Problem = { place: 'go', problem: 'the lab is built by Go, which is not installed', next };

/** The path of Go: on PATH, or where its own installer puts it; undefined when it is not installed. */
function findGo(): string | undefined {
  return findCommand('go') ?? findCommand('go', '/usr/local/go/bin');
}

/** The path of Go. @throws FleetError when it is not installed */
export function goCommand(): string {
  const go = findGo();
  if (go) return go;
  throw new FleetError(notInstalled);
}

/** What keeps the lab from being built by this machine's Go; undefined when nothing does. */
export async function goProblem(): Promise<Problem | undefined> {
  const go = findGo();
  if (!go) return notInstalled;
  const { stdout } = await execa(go, ['version'], { reject: false, env: { GOTOOLCHAIN: 'local' } });
  const version = coerce(stdout);
  if (version && satisfies(version, accepts)) return undefined;
  return { place: 'go', problem: `${go} ${version ? `is version ${version.version}` : 'prints no version'}`, next };
}

/** Whether {@link needGo} will install Go, if Debian has it. */
export function lacksGo(): boolean {
  return findGo() === undefined;
}

/** Installs Go from Debian when it is not installed. @throws FleetError when there is no Go of a late enough version */
export async function needGo(report: (line: string) => void): Promise<void> {
  const problem = await goProblem();
  if (!problem) return;
  if (!lacksGo() || !canInstall() || !(await debianHasGo())) throw new FleetError(problem);
  report('installing Go from Debian');
  await install(['golang-go']);
}

async function debianHasGo(): Promise<boolean> {
  const { stdout } = await execa('apt-cache', ['policy', 'golang-go'], { reject: false });
  const candidate = candidateVersion(stdout ?? '');
  return candidate !== undefined && satisfies(candidate, accepts);
}

/** The version that `apt-cache policy` offers, without Debian's epoch. */
export function candidateVersion(policy: string): SemVer | undefined {
  const candidate = /^\s*Candidate:\s*(?:\d+:)?(\S+)/m.exec(policy)?.[1];
  return coerce(candidate) ?? undefined;
}

/** Go's environment. With plenty of memory its garbage collector runs less often, which saves time. */
export function goEnvironment(): Record<string, string> {
  return { CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '', ...(totalmem() > 12 * 2 ** 30 && { GOGC: '400' }) };
}

/** The folder and the hash of a Go module, which Go downloads if necessary. @param version for a module that no go.mod of the lab requires */
export async function moduleFiles(
  name: string,
  directory: string,
  version = '',
): Promise<{ Dir: string; Sum: string }> {
  const query = version ? `${name}@${version}` : name;
  const { stdout } = await execa(goCommand(), ['mod', 'download', '-json', query], {
    cwd: directory,
    env: { ...goEnvironment(), GOFLAGS: '-mod=mod' },
  });
  return JSON.parse(stdout) as { Dir: string; Sum: string };
}
