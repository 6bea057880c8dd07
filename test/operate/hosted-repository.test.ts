import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';

import { FleetError } from '../../model';
import { fluxPath } from '../../operate/build-check/units';
import { prunedDeletions } from '../../operate/deletions';
import { publish, publishDiff, type PublishProps } from '../../operate/publish';
import { unitsIn } from '../../operate/published-units';
import { rollBack } from '../../operate/everyday/rollback';
import { publishedSide, revisionSide, workingSide } from '../../operate/diff/trees';
import { RepositoryCopy } from '../../operate/repository';
import { git, place, source, write } from './publishing';

const layout = { branch: 'live', folder: 'deploy/fleet' };
let copy: RepositoryCopy;
const publishIt = (props: Partial<PublishProps> = {}) =>
  publish({ copy, manifests: place.manifests, source, ...props });
const files = async (branch = 'live') => (await git('ls-tree', '-r', '--name-only', branch)).split('\n');
const inFolder = (...paths: string[]) => paths.map((path) => `deploy/fleet/${path}`);

/** Commits files to the branch, as somebody else does. */
async function byHand(content: Record<string, string>): Promise<void> {
  const clone = join(place.scratch, `clone-${Date.now()}`);
  const run = (...args: string[]) =>
    execa('git', ['-C', clone, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args]);
  await execa('git', ['clone', '--quiet', place.server, clone]);
  await run('checkout', '--quiet', 'live').catch(() => run('checkout', '--quiet', '-b', 'live'));
  for (const [path, text] of Object.entries(content)) {
    mkdirSync(join(clone, path, '..'), { recursive: true });
    writeFileSync(join(clone, path), text);
  }
  await run('add', '--all');
  await run('commit', '--quiet', '--message', 'By hand');
  await run('push', '--quiet', 'origin', 'live');
}

/** Gives the server a hook that runs before it takes a push. */
function hook(script: string): void {
  const file = join(place.server, 'hooks', 'pre-receive');
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

const refused = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('it was not refused'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(FleetError);
      return (error as FleetError).message;
    },
  );

beforeEach(() => {
  copy = new RepositoryCopy(place.copyFolder, { url: place.server, environment: {} }, layout);
  write({ 'apps/a/base/a.yaml': '1\n', 'clusters/dev/a.yaml': '1\n' });
});

describe('a folder of a branch', () => {
  it('gets the first commit of an empty repository', async () => {
    expect(await publishIt()).toMatchObject({ subject: 'Publish the fleet' });
    expect(await files()).toEqual(inFolder('apps/a/base/a.yaml', 'clusters/dev/a.yaml'));
  });

  it('is all that changes in a repository of others, which has files of the same names', async () => {
    await byHand({ 'README.md': 'theirs\n', 'apps/a/base/a.yaml': 'theirs\n', 'deploy/other/x': 'theirs\n' });
    await publishIt();
    write({ 'apps/a/base/a.yaml': '2\n', 'clusters/dev/a.yaml': '1\n' });
    expect(await publishIt()).toMatchObject({ subject: 'Change a' });
    const { commit } = await publishIt();
    expect(await git('diff', '--name-only', `${commit}~1`, commit)).toBe('deploy/fleet/apps/a/base/a.yaml');
    expect(await files()).toEqual([
      ...['README.md', 'apps/a/base/a.yaml'],
      ...inFolder('apps/a/base/a.yaml', 'clusters/dev/a.yaml'),
      'deploy/other/x',
    ]);
    expect(await git('show', 'live:apps/a/base/a.yaml')).toBe('theirs');
    expect(await unitsIn(copy, 'dev', commit)).toEqual(['a']);
  });

  it('keeps what somebody else adds to it, and refuses to undo what somebody else changes there', async () => {
    await publishIt();
    await byHand({ 'deploy/fleet/NOTES.md': 'theirs\n', 'clusters/dev/a.yaml': 'not of the fleet\n' });
    write({ 'apps/a/base/a.yaml': '1\n', 'clusters/dev/a.yaml': '2\n' });
    await publishIt();
    expect(await files()).toContain('deploy/fleet/NOTES.md');
    await byHand({ 'deploy/fleet/clusters/dev/a.yaml': 'theirs\n' });
    const message = await refused(publishIt());
    expect(message).toMatch(
      /^branch live of the repository: somebody else changed generated files:\n {2}clusters\/dev/,
    );
    expect(message).toContain('Ada: By hand');
    const tip = await git('rev-parse', 'live');
    expect(await publishIt({ over: tip })).toMatchObject({ subject: 'Change a in dev' });
  });

  it('is what is shown, compared and rolled back', async () => {
    await byHand({ 'README.md': 'theirs\n' });
    await publishIt();
    write({ 'apps/a/base/a.yaml': '2\n', 'clusters/dev/a.yaml': '1\n' });
    expect(await publishDiff({ copy, manifests: place.manifests })).toContain('a/apps/a/base/a.yaml');
    const [from, to] = [await publishedSide(copy), await workingSide(copy, place.manifests)];
    expect(await copy.git(['diff-tree', '-r', '--name-only', from.tree, to.tree])).toBe('apps/a/base/a.yaml');
    await publishIt();
    for (const name of ['published~1', 'live~1'])
      expect((await revisionSide(copy, name)).tree).toBe(await copy.revision(`${copy.remoteTip}~1:deploy/fleet`));
    const checked: string[] = [];
    await rollBack({ copy, app: 'a', source, check: (...trees) => Promise.resolve(void checked.push(...trees)) });
    expect(await git('show', 'live:deploy/fleet/apps/a/base/a.yaml')).toBe('1');
    expect(checked).toEqual([
      await copy.revision(`${copy.remoteTip}~1:deploy/fleet`),
      await copy.revision(`${copy.remoteTip}:deploy/fleet`),
    ]);
  });
});

describe('what a commit deletes', () => {
  const flux = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' };
  const spec = {
    path: './deploy/fleet/apps/a/overlays/dev',
    prune: true,
    sourceRef: { kind: 'GitRepository', name: 'flux-system' },
  };
  const unit = stringify({ ...flux, metadata: { name: 'a', namespace: 'flux-system' }, spec });
  const app = {
    'apps/a/overlays/dev/ns.yaml': stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }),
  };

  it('is found by the paths of Flux, which begin at the top of the repository', async () => {
    write({ ...app, 'clusters/dev/a.yaml': unit });
    const found: string[] = [];
    const check = async (published: string, next: string) => {
      const deletions = await prunedDeletions({ copy, published, next, kubeconfig: () => '/none' });
      found.push(...deletions.map(({ id }) => id));
    };
    await publishIt({ check });
    write({ 'clusters/dev/b.yaml': unit.replace('name: a', 'name: b').replace('apps/a', 'apps/b') });
    await publishIt({ check });
    expect(found).toEqual(['namespace/shop@dev']);
  });

  it('is of the folder that a Flux Kustomization builds among the files of the fleet', () => {
    const object = { ...flux, metadata: { name: 'a', namespace: 'flux-system' }, spec };
    expect(fluxPath(object, layout)).toBe('apps/a/overlays/dev');
    expect(fluxPath({ ...object, spec: { ...spec, path: './apps/a' } }, layout)).toBeUndefined();
    expect(fluxPath({ ...object, spec: { ...spec, path: './apps/a' } }, { branch: 'main', folder: '' })).toBe('apps/a');
  });
});

describe('a push that the server refuses', () => {
  it.each([
    [
      'echo "error: GH006: Protected branch update failed for refs/heads/live." >&2',
      /the branch is protected: .*GH006/,
    ],
    [
      'echo "GitLab: You are not allowed to push code to protected branches on this project." >&2',
      /is protected: GitLab/,
    ],
    [
      'echo "TF402455: Pushes to this branch are not permitted; you must use a pull request" >&2',
      /is protected: TF402455/,
    ],
    ['echo "error: GH013: Repository rule violations found" >&2', /a rule of the repository refuses/],
    ['echo "the commit has no ticket" >&2', /a hook of the server refuses the commit: the commit has no ticket/],
  ])('is told with what the server prints and what to do: %s', async (script, expected) => {
    hook(`${script}\nexit 1`);
    const message = await refused(publishIt());
    expect(message).toMatch(expected);
    expect(message).toMatch(/^branch live of \/.*\n {2}(Run|Fix) /);
  });

  it('is not refused by what the server prints beside it', async () => {
    hook('echo "protected branch rules were checked" >&2');
    await publishIt();
    expect(await files()).toHaveLength(2);
  });
});

describe('a change that is proposed', () => {
  const page = (branch: string) => `https://git.example.com/compare/main...${branch}`;
  const propose = () => publishIt({ pullRequest: page });

  it('is pushed to a branch of its own, and the same change to the same one', async () => {
    const { commit: tip } = await publishIt();
    write({ 'apps/a/base/a.yaml': '2\n', 'clusters/dev/a.yaml': '1\n' });
    const { commit, subject, proposal } = await propose();
    expect([commit, subject]).toEqual([tip, 'Change a']);
    expect(await git('rev-parse', 'live')).toBe(tip);
    expect(await git('rev-parse', proposal!.branch)).toBe(proposal!.commit);
    expect(proposal!.link).toBe(page(proposal!.branch));
    expect((await propose()).proposal).toEqual(proposal);
    await git('update-ref', 'refs/heads/live', proposal!.commit);
    expect(await propose()).toEqual({ commit: proposal!.commit });
  });

  it('has the link that the server prints', async () => {
    await publishIt();
    hook("echo 'Create a pull request for fleet/1 by visiting:' >&2\necho '  https://forge.example/pulls/new' >&2");
    write({ 'apps/a/base/a.yaml': '2\n' });
    expect((await propose()).proposal!.link).toBe('https://forge.example/pulls/new');
  });

  it('is pushed to the branch itself while that has no commit', async () => {
    expect((await propose()).proposal).toBeUndefined();
    expect(await files()).toHaveLength(2);
  });
});

describe('a repository whose commits are signed', () => {
  it('has commits that ssh-keygen verifies by the public key of this clone', async () => {
    const key = join(place.scratch, 'key');
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'clone', '-f', key]);
    copy = new RepositoryCopy(place.copyFolder, { url: place.server, environment: {}, signingKey: key }, layout);
    await publishIt();
    const { stdout } = await execa('cat', [`${key}.pub`]);
    writeFileSync(join(place.scratch, 'signers'), `* ${stdout}\n`);
    const settings = ['-c', 'gpg.format=ssh', '-c', `gpg.ssh.allowedSignersFile=${join(place.scratch, 'signers')}`];
    const { stderr } = await execa('git', ['--git-dir', place.server, ...settings, 'verify-commit', 'live']);
    expect(stderr).toContain('Good "git" signature');
  });
});
