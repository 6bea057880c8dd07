import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { FakeMachine } from './machine';

let machine: FakeMachine;
beforeEach(() => (machine = new FakeMachine()));
afterEach(() => machine.remove());

const run = async (command: string, ...args: string[]) =>
  (await execa(command, args, { reject: false, all: true })).all;

it('has a docker that answers from its state, logs its calls, and fails on demand', async () => {
  const { docker } = machine;
  docker.container('gitserver', { labels: { 'flux-fleet': 'a' }, status: 'exited', Files: { '/kind/mark': 'x\n' } });
  docker.network('a', {}, ['theirs']);
  expect(
    await run(
      'docker',
      'container',
      'inspect',
      '--format',
      '{{.Id}} {{index .Config.Labels "flux-fleet"}}',
      'gitserver',
    ),
  ).toBe('id-of-gitserver a');
  expect(await run('docker', 'ps', '--all', '--filter', 'label=flux-fleet=a', '--format', '{{.Names}}')).toBe(
    'gitserver',
  );
  await run('docker', 'start', 'gitserver');
  expect(docker.state.containers[0]!.State.Status).toBe('running');
  expect(await run('docker', 'cp', 'gitserver:/kind/mark', '-')).toContain('x');
  expect(await run('docker', 'network', 'rm', 'a')).toContain('has active endpoints');
  expect(await run('docker', 'rm', '--force', 'gitserver')).toBe('');
  expect(await run('docker', 'inspect', 'gitserver')).toContain('No such container: gitserver');
  expect(docker.calls.at(-1)).toBe('inspect gitserver');
  docker.stop();
  expect(await run('docker', 'version')).toMatch(/^Cannot connect/);
});

it('fails where docker is asked for what the fake does not know', async () => {
  expect(await run('docker', 'compose', 'up')).toContain('the fake docker does not know: docker compose up');
});

it('has an ssh that leads from any host to a repository, until it is broken', async () => {
  const remote = await machine.repository();
  const commit = await remote.pushByHand({ 'a.yaml': 'a\n' });
  expect(await run('git', 'ls-remote', 'ssh://git@127.0.0.1:2222/any/path', 'main')).toContain(commit);
  expect(remote.sshCalls[0]).toContain('-p 2222 git@127.0.0.1');
  remote.breakSsh('Host key verification failed.');
  expect(await run('git', 'ls-remote', 'ssh://git@127.0.0.1:2222/any/path')).toContain('Host key verification failed.');
});

it('has the hook of the real git server, on request', async () => {
  const remote = (await machine.repository()).useHook();
  await expect(remote.pushByHand({ 'a.yaml': 'kind: Secret\nstringData:\n  a: b\n' })).rejects.toThrow('`a`');
});

it('has a sops whose files the right key alone opens', async () => {
  const keys = (name: string) => {
    writeFileSync(join(machine.folder, `${name}.keys`), `# public key: age1${name}\nAGE-SECRET-KEY-1${name}\n`);
    return { SOPS_AGE_KEY_FILE: join(machine.folder, `${name}.keys`) };
  };
  const rule = { path_regex: '^secrets/dev/', age: 'age1dev' };
  writeFileSync(join(machine.folder, '.sops.yaml'), JSON.stringify({ creation_rules: [rule] }));
  const sops = (command: string, input: string, name = 'dev') =>
    execa('sops', [command, '--filename-override', 'secrets/dev/a.yaml'], {
      cwd: machine.folder,
      input,
      env: keys(name),
      reject: false,
    });
  const { stdout } = await sops('encrypt', JSON.stringify({ kind: 'Secret', stringData: { a: 'canary' } }));
  expect(stdout).not.toContain('canary');
  expect((await sops('decrypt', stdout)).stdout).toContain('canary');
  expect(await sops('decrypt', stdout, 'prod')).toMatchObject({ exitCode: 128 });
  expect(await sops('decrypt', stdout.replace(/(a: ENC\[AES256_GCM,data:)../, '$1AA'))).toMatchObject({ exitCode: 1 });
});

it('has nothing that the real machine has', async () => {
  await expect(execa('kubectl', ['version'])).rejects.toMatchObject({ code: 'ENOENT' });
});
