import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { canInstall, install } from '../machine/debian';
import { askEngine } from '../machine/docker';
import { findCommand, writeWhole } from '../machine/files';
import { FleetError } from '../model';
import { labCache } from './commands';
import { limitRunc, limitRuncPlan } from './daemon-config';

const log = join(labCache, 'dockerd.log');
const pidFile = join(labCache, 'dockerd.pid');
const dockersPidFile = '/var/run/docker.pid';
const systemPath = '/usr/sbin:/usr/bin:/sbin:/bin';
const packages = ['docker.io', 'iptables'];
const startDeadline = 60_000;

/** The Debian packages of Docker's engine; none when it is installed. */
export async function enginePackages(): Promise<string[]> {
  const { state } = await askEngine();
  return state === 'answers' || state === 'denied' || isInstalled() ? [] : packages;
}

/** What {@link startEngine} will change apart from packages, as imperative clauses. @throws FleetError */
export async function engineChanges(): Promise<string[]> {
  const { state } = await askEngine();
  if (state === 'answers' || state === 'denied' || !isRoot()) return [];
  const limit = limitRuncPlan();
  return [...(limit ? [limit] : []), "start Docker's engine (dockerd)"];
}

/**
 * Installs Docker's engine from Debian if there is none, and starts it if it does not answer.
 *
 * @throws FleetError when this is not root or not Debian, or the engine does not answer within a minute
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
  if (!isInstalled()) await installEngine(report);
  if (!isRoot()) {
    throw new FleetError({ place: 'docker', problem: engine.detail, next: 'Start Docker, or run this as root' });
  }
  if (await formerEngineAnswers()) return;
  report("starting Docker's engine");
  limitRunc();
  launch();
  await answers();
}

function isInstalled(): boolean {
  return findCommand('dockerd', `${process.env.PATH}:${systemPath}`) !== undefined;
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

async function installEngine(report: (line: string) => void): Promise<void> {
  if (!canInstall()) {
    throw new FleetError({
      place: 'docker',
      problem: 'Docker is not installed, and the lab can install it only as root on Debian',
      next: 'Install Docker (https://docs.docker.com/engine/install/) and run the same command again',
    });
  }
  report(`installing Docker's engine from Debian: ${packages.join(', ')}`);
  await install(packages);
}

/**
 * Waits for an engine that is just starting or stopping, and gives whether it answers. dockerd refuses to start while the
 * process number in its file is in use, so the file is removed when that process is not dockerd.
 */
async function formerEngineAnswers(): Promise<boolean> {
  const deadline = Date.now() + startDeadline;
  while (runningEngine(dockersPidFile) !== undefined) {
    if ((await askEngine()).state === 'answers') return true;
    if (Date.now() > deadline) {
      const pid = runningEngine(dockersPidFile);
      const problem = `dockerd (process ${pid}) neither answers nor ends`;
      throw new FleetError({
        place: 'docker',
        problem,
        next: `End it with \`kill ${pid}\`, and run the same command again`,
      });
    }
    await delay(250);
  }
  rmSync(dockersPidFile, { force: true });
  return false;
}

/** dockerd runs the first containerd on its PATH, which must be Debian's: it gets the system's PATH only. */
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
      const problem = `Docker's engine did not start: ${readFileSync(log, 'utf8').trim().split('\n').at(-1)}`;
      throw new FleetError({
        place: 'docker',
        problem,
        next: `Read ${log}, fix the cause, and run the same command again`,
      });
    }
    await delay(250);
  }
}

/** The process number of the engine that the lab started; undefined when it started none, or that one has ended. */
export function ownEngine(): number | undefined {
  return runningEngine(pidFile);
}

/** The process number in the file, if it is that of a running engine. */
function runningEngine(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    // `<pid> (dockerd) S …`; state Z is a process that has ended and that its parent has not waited for.
    return /^\d+ \(dockerd\) [^Z]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8')) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Stops the engine that the lab started, and no other one. Gives whether there was one. */
export async function stopEngine(): Promise<boolean> {
  const pid = ownEngine();
  if (pid === undefined) return false;
  process.kill(pid, 'SIGTERM');
  const deadline = Date.now() + startDeadline;
  while (ownEngine() !== undefined) {
    if (Date.now() > deadline) {
      const problem = `dockerd (process ${pid}) does not end`;
      throw new FleetError({ place: 'docker', problem, next: `Read ${log}, or end it with \`kill -9 ${pid}\`` });
    }
    await delay(250);
  }
  rmSync(pidFile, { force: true });
  return true;
}
