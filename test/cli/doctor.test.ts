import { once } from 'node:events';
import { createServer } from 'node:net';

import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Finding } from '../../machine/finding';
import { fleet, fleetFile, machine } from './command-line';
import { schemaErrors } from './schema';
import { createWorld, type World } from './world';

let world: World;
beforeEach(async () => (world = await createWorld()));
afterEach(() => world.end());
afterAll(() => machine.remove());

const findings = async () => {
  const { stdout } = await fleet(['doctor', '--json']);
  expect(schemaErrors('doctor', stdout)).toEqual([]);
  return JSON.parse(stdout) as Finding[];
};
const finding = async (subject: string) => (await findings()).find((one) => one.subject.startsWith(subject));

describe('fleet doctor', () => {
  it('shows where each tool, image and manifest comes from, and changes nothing', async () => {
    const { stdout } = await fleet(['doctor']);

    expect(stdout).toMatch(/^STATE +SUBJECT +DETAIL\n/);
    for (const name of ['pulumi', 'kind', 'sops', 'git', 'ssh']) {
      expect(stdout).toMatch(new RegExp(`ok +${name} +${machine.folder}/bin/${name}`));
    }
    expect(stdout).toMatch(/ok +image debian:trixie-slim +pulled\n/);
    expect(stdout).toMatch(/ok +docker +engine 29\.0\.0\n/);
    expect(machine.docker.calls.filter((call) => !/^(version|image inspect|ps)/.test(call))).toEqual([]);
  });

  it('warns of what `npm run up` gets by itself', async () => {
    machine.without('kind');
    expect(await finding('kind')).toMatchObject({
      state: 'warning',
      next: expect.stringContaining('npm run up') as string,
    });
  });

  it('names a tool whose version does not fit, with the versions that do', async () => {
    machine.script('kind', 'echo kind v0.20.0');
    const { state, detail } = (await finding('kind'))!;
    expect(state).toBe('warning');
    expect(detail).toMatch(/kind is version 0\.20\.0.*0\.32/);
  });

  it('ends with 1 when the engine is stopped, and says how to start it', async () => {
    machine.docker.stop();
    const { stdout, exitCode } = await fleet(['doctor']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/problem +docker +Cannot connect/);
    expect(stdout).toMatch(/^docker: .*systemctl start docker/m);
    expect(stdout).not.toContain('image debian');
  });

  it.each([
    ['permission denied while trying to connect to the Docker daemon socket', 'usermod -aG docker'],
    ['anything else', 'systemctl start docker'],
  ])('tells what to do when docker says: %s', async (stderr, next) => {
    machine.docker.fail('version', stderr);
    expect(await finding('docker')).toMatchObject({ state: 'problem', next: expect.stringContaining(next) as string });
  });

  it('says how to get docker where there is none', async () => {
    machine.without('docker');
    expect(await finding('docker')).toMatchObject({
      state: 'problem',
      next: expect.stringContaining('Install') as string,
    });
  });

  it("names a port that is taken, with its place in fleet.ts, unless the fleet's own container has it", async () => {
    const { port } = fleetFile.load().git as { port: number };
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    const state = async () => (await finding(`port ${port}`))!;

    expect(await state()).toMatchObject({ state: 'problem', next: expect.stringContaining('git.port') as string });
    machine.docker.container('gitserver', { Ports: `127.0.0.1:${port}->22/tcp` });
    expect(await state()).toMatchObject({ state: 'ok' });
    server.close();
  });

  it('names each command that is missing, with the package that has it', async () => {
    machine.without('ssh');
    const { exitCode, stdout } = await fleet(['doctor']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^ssh: .*openssh-client/m);
  });
});
