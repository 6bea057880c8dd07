import { existsSync } from 'node:fs';
import { type Problem, throwProblems } from '../model';
import { askEngine } from './docker';
import { problemsIn, type Finding } from './finding';
import { commandFindings, folderFindings, inotifyFindings, memoryFinding, spaceFindings, userFindings } from './host';
import type { MachineNeeds } from './needs';
import { cacheDirectory } from './paths';
import { portFindings } from './ports';

/** Where Docker keeps images on Linux by default. */
const dockerDirectory = '/var/lib/docker';

/** Every check that needs no engine. */
export async function hostFindings({ ports, nodes, findings }: MachineNeeds): Promise<Finding[]> {
  return [
    ...commandFindings(),
    ...(await portFindings(ports)),
    ...userFindings(),
    ...folderFindings(),
    ...spaceFindings(existsSync(dockerDirectory) ? [cacheDirectory, dockerDirectory] : [cacheDirectory]),
    memoryFinding(nodes),
    ...inotifyFindings(nodes),
    ...((await findings?.()) ?? []),
  ];
}

/** Whether Docker's engine answers. */
export async function engineFinding(): Promise<Finding> {
  const subject = 'docker';
  const engine = await askEngine();
  if (engine.state === 'answers') return { subject, state: 'ok', detail: `engine ${engine.version}` };
  const next = {
    'no command':
      'Install Docker (https://docs.docker.com/engine/install); as root on Debian, `npm run fleet -- lab engine start` does',
    denied: 'Allow your user to use it: `sudo usermod -aG docker "$USER"`, and log in again',
    stopped: 'Start it: `sudo systemctl start docker`, Docker Desktop, or `npm run fleet -- lab engine start`',
  }[engine.state];
  return { subject, state: 'problem', detail: engine.detail, next };
}

/** Why Docker's engine cannot be used; undefined when it can. */
export async function engineProblem(): Promise<Problem | undefined> {
  return problemsIn([await engineFinding()])[0];
}

/** The check before a build. @throws FleetError with every problem of this machine but the engine's */
export async function checkHost(needs: MachineNeeds): Promise<void> {
  throwProblems(problemsIn(await hostFindings(needs)));
}

/** The check before the fleet is brought up. @throws FleetError with every problem of this machine */
export async function checkMachine(needs: MachineNeeds): Promise<void> {
  throwProblems(problemsIn([await engineFinding(), ...(await hostFindings(needs))]));
}
