import { totalmem } from 'node:os';
import { execa } from 'execa';
import { canInstall, install } from '../machine/debian';
import { findCommand } from '../machine/files';
import { compareVersions, showVersion, versionIn, type Version } from '../machine/version';
import { FleetError, type Problem } from '../model';

/** From here on Go gets the very version that a go.mod asks for by itself: https://go.dev/doc/toolchain */
const oldest: Version = [1, 21, 0];
const next = `Install Go ${showVersion(oldest)} or later (https://go.dev/dl), or give built commands in FLUX_FLEET_LAB_SEED`;

/** Go's file: on PATH, or where its own installer puts it; undefined when there is none. */
function findGo(): string | undefined {
  return findCommand('go') ?? findCommand('go', '/usr/local/go/bin');
}

/** Go's file. @throws FleetError when there is none. */
export function goCommand(): string {
  const go = findGo();
  if (go) return go;
  throw new FleetError({ place: 'go', problem: 'the lab is built by Go, and there is none on this machine', next });
}

/** What keeps the lab from being built by this machine's Go; undefined when nothing does. */
export async function goProblem(): Promise<Problem | undefined> {
  const go = findGo();
  if (!go) return { place: 'go', problem: 'the lab is built by Go, and there is none on this machine', next };
  const { stdout } = await execa(go, ['version'], { reject: false, env: { GOTOOLCHAIN: 'local' } });
  const version = versionIn(stdout ?? '');
  if (version && compareVersions(version, oldest) >= 0) return undefined;
  return { place: 'go', problem: `${go} is ${version ? showVersion(version) : 'of no version that it tells'}`, next };
}

/** Go, installed from Debian where there is none that will do and Debian has one. @throws FleetError */
export async function needGo(report: (line: string) => void): Promise<void> {
  const problem = await goProblem();
  if (!problem) return;
  if (findGo() || !canInstall() || !(await debianHasGo())) throw new FleetError(problem);
  report('installing Go from Debian');
  await install(['golang-go']);
}

async function debianHasGo(): Promise<boolean> {
  const { stdout } = await execa('apt-cache', ['policy', 'golang-go'], { reject: false });
  const candidate = candidateVersion(stdout ?? '');
  return candidate !== undefined && compareVersions(candidate, oldest) >= 0;
}

/** The version that `apt-cache policy` would have installed, without Debian's epoch. */
export function candidateVersion(policy: string): Version | undefined {
  const candidate = /^\s*Candidate:\s*(?:\d+:)?(\S+)/m.exec(policy)?.[1];
  return candidate === undefined ? undefined : versionIn(candidate);
}

/** What Go is told. Its garbage collector may take more memory, for less time, where there is plenty. */
export function goEnvironment(): Record<string, string> {
  return { CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '', ...(totalmem() > 12 * 2 ** 30 && { GOGC: '400' }) };
}

/** Where the Go module's files are, downloaded if need be. `version` is only for what no go.mod of the lab requires. */
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
