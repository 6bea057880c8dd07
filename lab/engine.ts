import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { canInstall, hasSysResource, install } from '../machine/debian';
import { askEngine } from '../machine/docker';
import { findCommand, writeWhole } from '../machine/files';
import { repositoryRoot } from '../machine/paths';
import { FleetError } from '../model';
import { labCache } from './commands';

const log = join(labCache, 'dockerd.log');
const pidFile = join(labCache, 'dockerd.pid');
const dockersPidFile = '/var/run/docker.pid';
const configuration = '/etc/docker/daemon.json';
const limitedRunc = '/usr/local/sbin/runc-without-sys-resource';
const systemPath = '/usr/sbin:/usr/bin:/sbin:/bin';
const startDeadline = 60_000;

/**
 * Docker's engine, installed from Debian and started if none answers.
 *
 * @throws FleetError when it can't be: not root, not Debian, or it does not come up within a minute.
 */
export async function startEngine(report: (line: string) => void): Promise<void> {
  const engine = await askEngine();
  if (engine.state === 'answers') return;
  if (engine.state === 'denied') {
    throw new FleetError({
      place: 'docker',
      problem: engine.detail,
      next: 'Add yourself to the group `docker` and log in again, or use sudo',
    });
  }
  if (!findCommand('dockerd', `${process.env.PATH}:${systemPath}`)) await installEngine(report);
  if (process.getuid?.() !== 0) {
    throw new FleetError({ place: 'docker', problem: engine.detail, next: 'Start Docker, or run this as root' });
  }
  if (await formerEngineAnswers()) return;
  report("starting Docker's engine");
  limitRunc();
  launch();
  await answers();
}

async function installEngine(report: (line: string) => void): Promise<void> {
  if (!canInstall()) {
    throw new FleetError({
      place: 'docker',
      problem: 'there is no Docker on this machine, and it can only be installed as root on Debian',
      next: 'Install Docker (https://docs.docker.com/engine/install/) and run this again',
    });
  }
  report("installing Docker's engine from Debian");
  await install(['docker.io', 'iptables']);
}

/** Where the machine may not raise resource limits, a privileged container must not ask for it. */
function limitRunc(): void {
  if (hasSysResource() || existsSync(configuration)) return;
  copyFileSync(join(repositoryRoot, 'lab/runc-without-sys-resource'), limitedRunc);
  const runtimes = { limited: { path: limitedRunc } };
  writeWhole(configuration, `${JSON.stringify({ runtimes, 'default-runtime': 'limited' })}\n`);
}

/**
 * Waits for an engine that is just starting or ending. Gives whether it answers. dockerd refuses to start where any process
 * has the number in its file, so a number that some other process has by now is forgotten.
 */
async function formerEngineAnswers(): Promise<boolean> {
  const deadline = Date.now() + startDeadline;
  while (runningEngine(dockersPidFile) !== undefined) {
    if ((await askEngine()).state === 'answers') return true;
    if (Date.now() > deadline) {
      const problem = `dockerd (${runningEngine(dockersPidFile)}) neither answers nor ends`;
      throw new FleetError({ place: 'docker', problem, next: 'End it, and run this again' });
    }
    await delay(250);
  }
  rmSync(dockersPidFile, { force: true });
  return false;
}

/** dockerd runs the containerd that is first on its PATH, which must be Debian's: it gets the system's PATH alone. */
function launch(): void {
  mkdirSync(labCache, { recursive: true });
  const output = openSync(log, 'a');
  const daemon = spawn('dockerd', [], {
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...process.env, PATH: systemPath },
  });
  daemon.unref();
  writeWhole(pidFile, `${daemon.pid}\n`);
}

async function answers(): Promise<void> {
  const deadline = Date.now() + startDeadline;
  while ((await askEngine()).state !== 'answers') {
    if (Date.now() > deadline || !ownEngine()) {
      throw new FleetError({
        place: 'docker',
        problem: `Docker's engine did not come up: ${logEnd()}`,
        next: `See ${log}`,
      });
    }
    await delay(250);
  }
}

function logEnd(): string {
  return readFileSync(log, 'utf8').trim().split('\n').at(-1) ?? '';
}

/** The process number of the engine that the lab started; undefined when it started none, or that one has ended. */
export function ownEngine(): number | undefined {
  return runningEngine(pidFile);
}

/** The process number in the file, where it is that of an engine that runs. */
function runningEngine(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    // `<pid> (dockerd) S …`; one that has ended and that nobody has waited for is in state Z.
    return /^\d+ \(dockerd\) [^Z]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8')) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Ends the engine that the lab started, and no other. Gives whether there was one. */
export async function stopEngine(): Promise<boolean> {
  const pid = ownEngine();
  if (pid === undefined) return false;
  process.kill(pid, 'SIGTERM');
  const deadline = Date.now() + startDeadline;
  while (ownEngine() !== undefined) {
    if (Date.now() > deadline) {
      throw new FleetError({ place: 'docker', problem: `dockerd (${pid}) does not end`, next: `See ${log}` });
    }
    await delay(250);
  }
  rmSync(pidFile, { force: true });
  return true;
}
