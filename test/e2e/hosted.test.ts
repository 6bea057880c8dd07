import { writeFileSync } from 'node:fs';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Clone, failed } from './clone';
import { everything, Observed } from './observe';
import { SoftServe } from './soft-serve';

let clone: Clone;
let forge: SoftServe;
let git: string;
const fleet = (message: string) => `import images from './images.json';
import { defineFleet, gitServer, hosted, kind, webApp } from './model';
export default defineFleet({
  name: 'hosted',
  git: ${git},
  clusters: { dev: kind() },
  apps: { 'app-a': webApp({ ...images.podinfo, port: 9898, env: { PODINFO_UI_MESSAGE: '${message}' } }) },
  runs: { dev: { 'app-a': {} } },
});
`;
const write = (message: string) => writeFileSync(clone.path('fleet.ts'), fleet(message));
const dev = () => new Observed(clone.path('.fleet', 'kubeconfig', 'dev'));
const message = async () => (await dev().answer('app-a')).message;
async function held(): Promise<string[]> {
  const { containers, networks, volumes } = await everything();
  return [...containers, ...networks, ...volumes].filter((name) => name.startsWith('hosted'));
}

beforeAll(async () => {
  clone = await Clone.make({ beside: true });
  await clone.run('fleet', 'provide');
  forge = await SoftServe.start();
  git = `hosted({ url: '${forge.url.ssh}', knownHosts: '${forge.hostKey}', folder: 'deploy/fleet', verify: [] })`;
  write('first');
});
afterAll(async () => {
  await clone?.run('down', '--all').catch(String);
  await forge?.stop();
  clone?.remove();
  expect(await held()).toEqual([]);
});

// One story: each test goes on from the one before.
describe('a repository that somebody else hosts', () => {
  it('is told which keys to give to its server, and makes nothing before', async () => {
    const printed = await failed(clone.run('up'));
    const keys = [...printed.matchAll(/^\s+(ssh-ed25519 \S+) flux-fleet (this clone|cluster dev)$/gm)];
    expect(keys.map(([, , who]) => who).sort()).toEqual(['cluster dev', 'this clone']);
    expect(await held()).toEqual([]);
    for (const [, key, who] of keys)
      await forge.allow(who!.replace(' ', '-'), key!, who === 'this clone' ? 'read-write' : 'read-only');
  });

  it('is published to by SSH, into its folder, with a signature that Flux asks for', async () => {
    await forge.git('fetch', '--quiet', await otherFiles(), '+HEAD:refs/heads/main');
    await clone.run('up');
    expect(await message()).toBe('first');
    expect((await forge.git('ls-tree', '-r', '--name-only', 'main')).split('\n')).toEqual(
      expect.arrayContaining(['src/main.c', 'deploy/fleet/clusters/dev/app-a.yaml']),
    );
    expect(await forge.git('cat-file', '-p', 'main')).toContain('-----BEGIN SSH SIGNATURE-----');
    const { status } = await dev().object('source.toolkit.fluxcd.io/v1', 'GitRepository', 'flux-system/flux-system');
    expect(status!['conditions']).toContainEqual(expect.objectContaining({ type: 'SourceVerified', status: 'True' }));
    await clone.expectNoChanges('dev', 'git-server');
  });

  it('refuses a push to a protected branch with what to do, and takes the change as a pull request', async () => {
    forge.protect('main');
    write('second');
    const refused = await clone.fleet('push');
    expect(refused.all).toContain('the branch is protected: error: GH006');
    const { all } = await clone.fleet('push', '--pull-request');
    const [, branch] = /in branch (fleet\/[0-9a-f]+)\. /.exec(all) ?? [];
    await forge.git('update-ref', 'refs/heads/main', `refs/heads/${branch}`);
    expect((await clone.fleet('wait')).exitCode).toBe(0);
    expect(await message()).toBe('second');
  });

  it('is read by HTTPS with a token and its own CA after one line was changed, and nothing is started again', async () => {
    const pods = await dev().readyPods('app-a');
    writeFileSync(clone.path('ca.pem'), forge.ca);
    git = `hosted({ url: '${forge.url.https}', ca: 'ca.pem', folder: 'deploy/fleet', verify: [] })`;
    write('second');
    expect(await failed(clone.run('up'))).toContain('npm run fleet -- repository token');
    const line = ['run', '-s', 'fleet', '--', 'repository', 'token'];
    await execa('npm', line, { cwd: clone.root, input: await forge.token() });
    await clone.run('up');
    expect(await dev().readyPods('app-a')).toEqual(pods);
    const { data } = await dev().object('v1', 'Secret', 'flux-system/flux-system');
    expect(Object.keys(data!).sort()).toEqual(['ca.crt', 'password', 'username']);
    expect((await clone.fleet('repository')).all).toContain('this clone: reads and writes');
    const token = '.fleet/keys/repository-token';
    expect(await clone.shell(`grep -rlF "$(cat ${token})" .fleet`)).toBe(token);
  });

  it('moves to the git server of this machine and back to a server of others, and nothing is started again', async () => {
    const pods = await dev().readyPods('app-a');
    git = 'gitServer()';
    write('second');
    await clone.run('up');
    const commit = await clone.shell('git -C .fleet/infra.git rev-parse refs/remotes/origin/main');
    await forge.create('moved');
    git = `hosted({ url: '${forge.url.ssh.replace('fleet.git', 'moved.git')}', knownHosts: '${forge.hostKey}' })`;
    write('second');
    await forge.admit('moved', 'this-clone', 'read-write');
    await forge.admit('moved', 'cluster-dev', 'read-only');
    await clone.run('up');
    expect(await dev().readyPods('app-a')).toEqual(pods);
    expect(await forge.gitIn('moved', 'rev-parse', 'main')).toBe(commit);
    write('third');
    expect((await clone.fleet('push')).exitCode).toBe(0);
    expect(await forge.gitIn('moved', 'rev-parse', 'main^')).toBe(commit);
    expect(await message()).toBe('third');
  });

  it('keeps its commits when everything else is removed', async () => {
    const before = await forge.gitIn('moved', 'rev-list', '--all');
    const printed = await clone.run('down', '--all');
    expect(printed).toContain(`The commits stay at ${forge.url.ssh.replace('fleet.git', 'moved.git')}, in branch main`);
    expect(await forge.gitIn('moved', 'rev-list', '--all')).toBe(before);
  });
});

/** A repository with files of others. */
async function otherFiles(): Promise<string> {
  const folder = clone.path('.fleet', 'others');
  await execa('git', ['init', '--quiet', folder]);
  const run = (...args: string[]) =>
    execa('git', ['-C', folder, '-c', 'user.name=e2e', '-c', 'user.email=e2e@example.org', ...args]);
  await execa('mkdir', [`${folder}/src`]);
  writeFileSync(`${folder}/src/main.c`, 'int main(void) { return 0; }\n');
  await run('add', '--all');
  await run('commit', '--quiet', '-m', 'Begin');
  return folder;
}
