import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { publish, publishDiff } from '../../operate/publish';
import { RepositoryCopy } from '../../operate/repository';
import { copy, git, place, publishIt, pushByHand, source, write } from './publishing';

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

  it('refuses to undo what somebody else changed in a generated file, and names the file and the commit', async () => {
    write({ 'a.yaml': 'replicas: 1\n', 'b.yaml': 'b\n' });
    await publishIt();
    const theirs = await pushByHand({ 'a.yaml': 'replicas: 5\n' });
    write({ 'a.yaml': 'replicas: 2\n', 'b.yaml': 'changed\n' });

    const refusal = await publishIt().catch((error: Error) => error.message);
    expect(refusal).toMatch(/generated files:\n {2}a\.yaml\n[\s\S]*Ada: Mend by hand[\s\S]*publish --diff/);
    expect(refusal).toContain(`publish --over ${theirs.slice(0, 12)}`);
    expect(refusal).not.toContain('replicas');
    expect(await git('rev-parse', 'main')).toBe(theirs);
  });

  it('names ten files at most', async () => {
    const many = (text: string) => Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`${i}.yaml`, text]));
    write(many('1\n'));
    await publishIt();
    await pushByHand(many('2\n'));

    await expect(publishIt()).rejects.toThrow(/and 20 more/);
  });

  it('shows the difference on request, and publishes nothing', async () => {
    write({ 'a.yaml': 'replicas: 1\n' });
    await publishIt();
    const theirs = await pushByHand({ 'a.yaml': 'replicas: 5\n', 'README.md': 'x\n' });

    const diff = await publishDiff({ copy, manifests: place.manifests });
    expect(diff).toMatch(/a\/a\.yaml[\s\S]*-replicas: 5[\s\S]*\+replicas: 1/);
    expect(diff).not.toContain('README');
    expect(await git('rev-parse', 'main')).toBe(theirs);
  });

  it('shows everything before the first commit', async () => {
    write({ 'a.yaml': 'replicas: 1\n' });
    expect(await publishDiff({ copy, manifests: place.manifests })).toContain('+replicas: 1');
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

  it('takes over what somebody else pushed when the folder has just that, so that it can be changed again', async () => {
    write({ 'a.yaml': 'replicas: 1\n' });
    await publishIt();
    await pushByHand({ 'a.yaml': 'replicas: 5\n', 'README.md': 'x\n' });
    write({ 'a.yaml': 'replicas: 5\n' });
    const { commit, subject } = await publishIt();
    expect(subject).toBe('Take over what was changed by hand');
    expect(await publishIt()).toEqual({ commit });
    write({ 'a.yaml': 'replicas: 6\n' });

    await publishIt();
    expect(await git('show', 'main:a.yaml')).toBe('replicas: 6');
  });

  it('says which address does not answer, and what to do', async () => {
    write({ 'a.yaml': 'a\n' });
    const nowhere = new RepositoryCopy(join(place.scratch, 'other.git'), {
      url: join(place.scratch, 'nowhere'),
      environment: {},
    });

    await expect(publish({ copy: nowhere, manifests: place.manifests, source })).rejects.toThrow(
      /nowhere: the repository cannot be read[\s\S]*npm run up/,
    );
  });
});
