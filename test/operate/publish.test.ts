import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { publish } from '../../operate/publish';
import { RepositoryCopy } from '../../operate/repository';

let scratch: string;
let server: string;
let copy: RepositoryCopy;

const git = async (...args: string[]) => (await execa('git', ['--git-dir', server, ...args])).stdout;
const manifests = () => join(scratch, 'manifests');

/** Makes the folder hold just these files. */
function write(files: Record<string, string>, folder = manifests()): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

const publishIt = (over?: string) => publish({ copy, manifests: manifests(), source: 'abc123', over });

/** Somebody else's commit, pushed by hand. */
async function pushByHand(files: Record<string, string>): Promise<string> {
  const clone = join(scratch, 'clone');
  rmSync(clone, { recursive: true, force: true });
  await execa('git', ['clone', '--quiet', server, clone]);
  for (const [path, text] of Object.entries(files)) writeFileSync(join(clone, path), text);
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
  await execa('git', ['-C', clone, 'add', '--all']);
  await execa('git', ['-C', clone, ...identity, 'commit', '--quiet', '--message', 'Mend by hand']);
  await execa('git', ['-C', clone, 'push', '--quiet', 'origin', 'main']);
  return (await execa('git', ['-C', clone, 'rev-parse', 'HEAD'])).stdout;
}

beforeEach(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'publish-'));
  server = join(scratch, 'server.git');
  await execa('git', ['init', '--quiet', '--bare', '--initial-branch=main', server]);
  copy = new RepositoryCopy(join(scratch, 'copy.git'), { url: server, environment: {} });
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

describe('publishing', () => {
  it('makes the first commit hold just what the folder holds, with its source as a trailer', async () => {
    write({ 'clusters/dev/app-a.yaml': 'a\n', '.gitignore': '*\n' });

    const { commit } = await publishIt();

    expect(await git('rev-parse', 'main')).toBe(commit);
    expect((await git('ls-tree', '-r', '--name-only', 'main')).split('\n')).toEqual([
      '.gitignore',
      'clusters/dev/app-a.yaml',
    ]);
    expect(await git('log', '-1', '--format=%(trailers:key=Source-Commit,valueonly)', 'main')).toContain('abc123');
  });

  it('makes no commit when nothing changed', async () => {
    write({ 'clusters/dev/app-a.yaml': 'a\n' });
    const first = await publishIt();

    expect(await publishIt()).toEqual({ commit: first.commit });
    expect(await git('rev-list', '--count', 'main')).toBe('1');
  });

  it('puts one commit on top of the last, which says what it means for whom', async () => {
    write({
      'clusters/dev/app-a.yaml': 'a\n',
      'clusters/prod/app-b.yaml': 'b\n',
      'apps/app-a/overlays/dev/kustomization.yaml': 'replicas: 1\n',
      'apps/app-b/overlays/prod/kustomization.yaml': 'b\n',
    });
    const first = await publishIt();
    write({ 'clusters/dev/app-a.yaml': 'a\n', 'apps/app-a/overlays/dev/kustomization.yaml': 'replicas: 2\n' });

    const { commit, subject } = await publishIt();

    expect(subject).toBe('Change app-a in dev, remove app-b from prod');
    expect(await git('log', '--format=%P %s', '-1', commit)).toBe(`${first.commit} ${subject}`);
  });

  it('refuses, with the difference, to undo what somebody else pushed', async () => {
    write({ 'a.yaml': 'replicas: 1\n' });
    await publishIt();
    const theirs = await pushByHand({ 'a.yaml': 'replicas: 5\n' });
    write({ 'a.yaml': 'replicas: 2\n' });

    await expect(publishIt()).rejects.toThrow(/Ada: Mend by hand[\s\S]*-replicas: 5[\s\S]*\+replicas: 2/);
    expect(await git('rev-parse', 'main')).toBe(theirs);
  });

  it('refuses to remove a file that somebody else added', async () => {
    write({ 'a.yaml': 'a\n' });
    await publishIt();
    await pushByHand({ 'b.yaml': 'b\n' });

    await expect(publishIt()).rejects.toThrow(/-b/);
  });

  it('refuses a Secret in plain text before there is any commit', async () => {
    write({ 'apps/app-a/base/secret.yaml': 'kind: Secret\nstringData:\n  PASSWORD: hunter2\n' });

    await expect(publishIt()).rejects.toThrow('manifests/apps/app-a/base/secret.yaml: `PASSWORD` of Secret');
    await expect(git('rev-parse', 'main')).rejects.toThrow();
  });

  it('goes on top of what somebody else pushed when told which commit that is', async () => {
    write({ 'a.yaml': 'replicas: 1\n' });
    await publishIt();
    const theirs = await pushByHand({ 'a.yaml': 'replicas: 5\n' });

    const { commit } = await publishIt(theirs);

    expect(await git('rev-parse', `${commit}^`)).toBe(theirs);
    expect(await git('show', 'main:a.yaml')).toBe('replicas: 1');
  });

  it('goes on top of what somebody else pushed when the folder has it too', async () => {
    write({ 'a.yaml': 'replicas: 1\n', 'b.yaml': 'b\n' });
    await publishIt();
    const theirs = await pushByHand({ 'a.yaml': 'replicas: 5\n' });
    write({ 'a.yaml': 'replicas: 5\n', 'b.yaml': 'changed\n' });

    const { commit } = await publishIt();

    expect(await git('rev-parse', `${commit}^`)).toBe(theirs);
  });

  it('refuses to undo the first commit of a repository that somebody else began', async () => {
    write({ 'README.md': 'ours\n' }, join(scratch, 'seed'));
    const tree = await copy.fetch().then(() => copy.writeTree(join(scratch, 'seed')));
    const env = { GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@b' };
    await copy.push(await copy.git(['commit-tree', tree, '-m', 'Begin'], { env }));
    write({ 'a.yaml': 'a\n' });

    await expect(publishIt()).rejects.toThrow(/-ours/);
  });

  it('says which address does not answer, and what to do', async () => {
    write({ 'a.yaml': 'a\n' });
    const nowhere = new RepositoryCopy(join(scratch, 'other.git'), {
      url: join(scratch, 'nowhere'),
      environment: {},
    });

    await expect(publish({ copy: nowhere, manifests: manifests(), source: 'abc' })).rejects.toThrow(
      /nowhere: the repository cannot be read[\s\S]*npm run up/,
    );
  });
});
