import { existsSync } from 'node:fs';
import { FleetError, type Fleet, type Problem } from '../model';
import { askEngine } from './docker';
import { problemsIn, type Finding } from './finding';
import { cacheFinding, commandFindings, inotifyFindings, memoryFinding, spaceFindings } from './host';
import { cacheDirectory } from './paths';
import { portFindings } from './ports';

/** Where Docker keeps images on Linux, unless told otherwise. */
const dockerDirectory = '/var/lib/docker';

/** All that is looked at without Docker's engine. */
export async function hostFindings(fleet: Fleet): Promise<Finding[]> {
  return [
    ...commandFindings(),
    ...(await portFindings(fleet)),
    cacheFinding(),
    ...spaceFindings(existsSync(dockerDirectory) ? [cacheDirectory, dockerDirectory] : [cacheDirectory]),
    memoryFinding(fleet),
    ...inotifyFindings(fleet),
  ];
}

/** Docker's engine, for which the fleet has containers made. */
export async function engineFinding(): Promise<Finding> {
  const subject = 'docker';
  const engine = await askEngine();
  if (engine.state === 'answers') return { subject, state: 'ok', detail: `engine ${engine.version}` };
  const next = {
    'no command':
      'Install Docker (https://docs.docker.com/engine/install); as root on Debian, `npm run fleet -- lab engine start` does',
    denied: 'Let yourself use it: `sudo usermod -aG docker "$USER"`, and log in again',
    stopped: 'Start it: `sudo systemctl start docker`, Docker Desktop, or `npm run fleet -- lab engine start`',
  }[engine.state];
  return { subject, state: 'problem', detail: engine.detail, next };
}

/** What keeps Docker's engine from being used; undefined when nothing does. */
export async function engineProblem(): Promise<Problem | undefined> {
  return problemsIn([await engineFinding()])[0];
}

/** Before anything is got or built. @throws FleetError that names everything that is wrong but the engine. */
export async function checkHost(fleet: Fleet): Promise<void> {
  refuse(await hostFindings(fleet));
}

/** Before the fleet is brought up. @throws FleetError that names everything that is wrong with this machine. */
export async function checkMachine(fleet: Fleet): Promise<void> {
  refuse([await engineFinding(), ...(await hostFindings(fleet))]);
}

function refuse(findings: readonly Finding[]): void {
  const problems = problemsIn(findings);
  if (problems.length > 0) throw new FleetError(...problems);
}
