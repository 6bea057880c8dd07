import { existsSync, lstatSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { fleet, machine } from './command-line';
import { createWorld, type World } from './world';

let world: World;
beforeEach(async () => (world = await createWorld()));
afterEach(() => world.end());
afterAll(() => machine.remove());

/** The variables that a shell has after it evaluated the output. */
async function evaluated(script: string, own: Record<string, string> = {}): Promise<Record<string, string>> {
  const { stdout } = await execa('sh', ['-c', `${script}\nenv -0`], {
    env: { PATH: process.env['PATH'], ...own },
    extendEnv: false,
  });
  const entries = stdout.split('\0').filter(Boolean);
  return Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
}

describe('fleet env', () => {
  it('prints what a shell can evaluate, and nothing else', async () => {
    const { stdout, stderr, exitCode } = await fleet(['env']);

    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    for (const line of stdout.trimEnd().split('\n')) expect(line).toMatch(/^export (\w+='.*'|PATH='.*':"\$PATH")$/);
    const variables = await evaluated(stdout);
    expect(variables['KUBECONFIG']).toBe(`${world.local('kubeconfig', 'dev')}:${world.local('kubeconfig', 'prod')}`);
    expect(variables['PULUMI_BACKEND_URL']).toBe(`file://${world.local('state')}?metadata=skip`);
    expect(variables['GIT_SSH_COMMAND']).toContain(`UserKnownHostsFile="${world.local('known_hosts')}"`);
    expect(variables['SOPS_AGE_KEY_FILE']).toBeUndefined();
  });

  it("adds to the shell's own PATH, and unsets what would change what pulumi does", async () => {
    machine.without('kind');
    const tool = join(machine.folder, 'cache', 'tools', 'kind-0.32.0');
    mkdirSync(tool, { recursive: true });
    writeFileSync(join(tool, 'kind'), '', { mode: 0o755 });
    const theirs = { PULUMI_CONFIG_PASSPHRASE: '', PULUMI_STACK: 'theirs', TS_NODE_PROJECT: 'x', PULUMI_HOME: '/home' };
    Object.assign(process.env, theirs);

    const { stdout } = await fleet(['env']);
    for (const name of Object.keys(theirs)) delete process.env[name];

    const { PATH = '', ...variables } = await evaluated(stdout, { PATH: '/their/own:/usr/bin:/bin', ...theirs });
    expect(PATH).toBe(`${tool}:/their/own:/usr/bin:/bin`);
    process.env['PATH'] = `${tool}:${process.env['PATH']}`;
    expect(await evaluated((await fleet(['env'])).stdout, { PATH: PATH, ...variables })).toEqual({
      PATH,
      ...variables,
    });
    expect(variables).not.toHaveProperty('PULUMI_CONFIG_PASSPHRASE');
    expect(variables).toMatchObject({ PULUMI_HOME: '/home', PULUMI_SKIP_UPDATE_CHECK: 'true' });
    expect(variables).not.toHaveProperty('PULUMI_STACK');
    expect(variables).not.toHaveProperty('TS_NODE_PROJECT');
  });

  it('lets plain git reach the repository', async () => {
    await fleet(['publish']);
    const { FLUX_FLEET_GIT_URL = '', ...variables } = await evaluated((await fleet(['env'])).stdout);
    const { stdout } = await execa('git', ['ls-remote', FLUX_FLEET_GIT_URL], { env: variables });
    expect(stdout).toContain('refs/heads/main');
  });

  it("keeps the passphrase of Pulumi's state in a file of the user's alone, and prints only its path", async () => {
    const { stdout } = await fleet(['env']);
    const file = world.local('passphrase');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(stdout).toContain(`PULUMI_CONFIG_PASSPHRASE_FILE='${file}'`);
    expect(stdout).not.toContain(readFileSync(file, 'utf8'));
    await fleet(['env']);
    expect(stdout).toBe((await fleet(['env'])).stdout);
  });

  it('refuses to make a new passphrase for a state that has another', async () => {
    await fleet(['env']);
    mkdirSync(world.local('state', '.pulumi', 'stacks'), { recursive: true });
    rmSync(world.local('passphrase'));

    const { stdout, stderr, exitCode } = await fleet(['env']);

    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
    expect(stderr).toContain(`${world.local('passphrase')}: the passphrase of Pulumi's state is missing`);
    expect(existsSync(world.local('passphrase'))).toBe(false);
  });

  it('prints nothing for the shell when a tool is missing, and says which and how to get it', async () => {
    machine.without('kind');
    const { stdout, stderr, exitCode } = await fleet(['env']);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
    expect(stderr).toMatch(/kind 0\.32\.0[\s\S]*npm run up/);
  });

  it('names the engine first where that is what is wrong', async () => {
    machine.docker.stop();
    const { stdout, stderr } = await fleet(['env']);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^docker: /);
  });

  it('names the values that FLUX_FLEET_SOURCE can have', async () => {
    process.env['FLUX_FLEET_SOURCE'] = 'moon';
    const { stderr, exitCode } = await fleet(['env']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^FLUX_FLEET_SOURCE: .*moon.*\n.*`internet` or `lab`/);
  });
});

describe('fleet kubeconfig', () => {
  const own = () => join(machine.folder, 'home', '.kube', 'config');
  const bringUp = () =>
    Promise.all(Object.values(world.clusters).map((cluster) => cluster.up(world.local('kubeconfig', cluster.name))));

  it('prints one kubeconfig with a context for each cluster', async () => {
    await bringUp();
    const { stdout } = await fleet(['kubeconfig']);
    expect(stdout).toMatch(/name: kind-cluster-dev[\s\S]*name: kind-cluster-prod/);
    expect(existsSync(own())).toBe(false);
  });

  it('says which cluster has none yet, and prints nothing', async () => {
    await world.clusters.dev.up(world.local('kubeconfig', 'dev'));
    const { stdout, stderr, exitCode } = await fleet(['kubeconfig']);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
    expect(stderr).toMatch(/^cluster prod: .*\n {2}Run `npm run up`/);
  });

  it("merges them into the user's own file on request, and keeps what that holds", async () => {
    await bringUp();
    mkdirSync(join(own(), '..'));
    const before = '# mine\ncurrent-context: work\ncontexts: [{name: work, context: {cluster: work}}]\n';
    writeFileSync(join(own(), '../real'), before);
    symlinkSync('real', own());

    const { stdout } = await fleet(['kubeconfig', '--merge']);

    expect(stdout).toContain(own());
    const text = readFileSync(own(), 'utf8');
    expect(text).toContain('current-context: work');
    expect(text).toMatch(/^# mine[\s\S]*name: work[\s\S]*name: kind-cluster-dev/);
    expect(statSync(own()).mode & 0o777).toBe(0o600);
    expect(lstatSync(own()).isSymbolicLink()).toBe(true);
    expect(stdout).toContain(join(own(), '../real.bak'));
    expect(readFileSync(join(own(), '../real.bak'), 'utf8')).toBe(before);
    expect((await fleet(['kubeconfig', '--merge'])).stdout).not.toContain('.bak');
    expect(readFileSync(own(), 'utf8')).toBe(text);
  });

  it('merges them into $KUBECONFIG, unless that is what `fleet env` has set', async () => {
    await bringUp();
    const named = join(machine.folder, 'named');
    process.env['KUBECONFIG'] = `${world.local('kubeconfig', 'dev')}:${named}`;
    await fleet(['kubeconfig', '--merge']);
    expect(readFileSync(named, 'utf8')).toContain('kind-cluster-dev');
  });

  it('merges them into the file that is named', async () => {
    await bringUp();
    const file = join(machine.folder, 'x', 'y');
    await fleet(['kubeconfig', '--merge', file]);
    expect(readFileSync(file, 'utf8')).toContain('kind-cluster-prod');
  });
});
