import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { checkHost, checkMachine, engineFinding, engineProblem, hostFindings } from '../../machine/checks';
import { askEngine, contextVariables, localImages } from '../../machine/docker';
import { FleetError } from '../../model';
import { FakeCommands } from './fake-commands';

let commands: FakeCommands;
beforeEach(() => {
  commands = new FakeCommands();
  // Without the system's folders: this machine's own docker is not to be found.
  process.env.PATH = commands.folder;
});
afterEach(() => commands.remove());

/** Makes `docker` fail with a message. */
const refuse = (message: string) => commands.add('docker', `echo "${message}" >&2; exit 1`);
const daemonMessage =
  'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?';
const deniedMessage =
  'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get \\"http://x/info\\": dial unix: connect: permission denied';

describe("Docker's engine", () => {
  test('that answers is given with its version', async () => {
    commands.add('docker', 'echo 20.10.24');
    expect(await askEngine()).toEqual({ state: 'answers', version: '20.10.24' });
    expect(await engineFinding()).toEqual({ subject: 'docker', state: 'ok', detail: 'engine 20.10.24' });
    expect(await engineProblem()).toBeUndefined();
  });

  test.each([
    {
      case: 'without a command',
      prepare: () => {},
      state: 'no command',
      step: 'https://docs.docker.com/engine/install',
    },
    {
      case: 'that is stopped',
      prepare: () => refuse(daemonMessage),
      state: 'stopped',
      step: 'sudo systemctl start docker',
    },
    {
      case: 'that this user may not use',
      prepare: () => refuse(deniedMessage),
      state: 'denied',
      step: 'usermod -aG docker',
    },
  ])('$case is a problem with its own next step', async ({ prepare, state, step }) => {
    prepare();
    expect(await askEngine()).toMatchObject({ state });
    const problem = await engineProblem();
    expect(problem?.next).toContain(step);
    expect(problem?.problem).not.toMatch(/\?|http:\/\//);
  });
});

describe("the engine of Docker's context", () => {
  const variablesOf = (context: object) => {
    const common = {
      Endpoints: { docker: { Host: 'tcp://10.0.0.1:2376' } },
      TLSMaterial: {},
      Storage: { TLSPath: '/tls' },
    };
    commands.add('docker', `[ "$*" = "context inspect" ] && echo '${JSON.stringify([{ ...common, ...context }])}'`);
    return contextVariables();
  };

  test('is given to programs that know no contexts', async () => {
    expect(await variablesOf({ Name: 'far' })).toEqual({ DOCKER_HOST: 'tcp://10.0.0.1:2376' });
    expect(await variablesOf({ Name: 'far', TLSMaterial: { docker: ['ca.pem'] } })).toEqual({
      DOCKER_HOST: 'tcp://10.0.0.1:2376',
      DOCKER_TLS_VERIFY: '1',
      DOCKER_CERT_PATH: '/tls/docker',
    });
  });

  test('needs nothing when it is the default one, or docker knows no contexts', async () => {
    expect(await variablesOf({ Name: 'default' })).toEqual({});
    refuse('unknown command');
    expect(await contextVariables()).toEqual({});
  });
});

describe('the images of the engine', () => {
  const image = (tags: string[], digests: string[], labels: object | null) =>
    [JSON.stringify(tags), JSON.stringify(digests), 'sha256:1', JSON.stringify(labels)].join('\\t');

  test('are found by tag and by digest, with their labels', async () => {
    const lines = [image(['a:1'], [], { x: 'y' }), image([], ['b@sha256:2'], null)];
    // It fails, as Docker does when one of the images does not exist.
    commands.add('docker', `printf '%b\\n' ${lines.map((line) => `'${line}'`).join(' ')}; exit 1`);
    const found = await localImages(['a:1', 'b:2@sha256:2', 'c:3']);
    expect([...found]).toEqual([
      ['a:1', { id: 'sha256:1', labels: { x: 'y' } }],
      ['b:2@sha256:2', { id: 'sha256:1', labels: {} }],
    ]);
  });
});

describe('the check of this machine', () => {
  const needs = { ports: [], nodes: 1 };

  test('names every problem at once, the engine among them', async () => {
    const error = await checkMachine(needs).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FleetError);
    const places = (error as FleetError).problems.map(({ place }) => place);
    expect(places).toEqual(expect.arrayContaining(['docker', 'git', 'ssh', 'ssh-keygen']));
  });

  test('before a build needs no engine', async () => {
    for (const name of ['git', 'ssh', 'ssh-keygen']) commands.add(name, '');
    await checkHost(needs);
    await expect(checkMachine(needs)).rejects.toThrow('docker: ');
  });

  test('includes what the fleet itself needs', async () => {
    const finding = { subject: 'address', state: 'problem', detail: 'not reachable', next: 'Check it' } as const;
    const findings = await hostFindings({ ...needs, findings: () => Promise.resolve([finding]) });
    expect(findings.at(-1)).toEqual(finding);
    const subjects = findings.map(({ subject }) => subject.split(' ')[0]);
    expect(subjects).toEqual(expect.arrayContaining(['git', 'cache', 'space', 'memory']));
  });
});
