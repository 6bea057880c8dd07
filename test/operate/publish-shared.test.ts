import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { anotherCopy, byHand, files, git, place, publishIt, pushByHand, write } from './publishing';

describe('files of others', () => {
  it('stay as they are, beside those that are generated, whatever is published', async () => {
    write({ 'apps/a.yaml': 'a\n', 'apps/b.yaml': 'b\n' });
    await publishIt();
    await pushByHand({ 'README.md': 'x\n', '.gitlab-ci.yml': 'y\n', 'apps/OWNERS': 'ada\n' });
    write({ 'apps/a.yaml': 'a2\n' });

    expect((await publishIt()).subject).toBe('Change 2 files');
    expect(await files()).toEqual(['.gitlab-ci.yml', 'README.md', 'apps/OWNERS', 'apps/a.yaml']);
    await pushByHand({ 'README.md': 'changed\n' });
    write({ 'apps/b.yaml': 'b\n' });
    await publishIt();
    expect(await files()).toEqual(['.gitlab-ci.yml', 'README.md', 'apps/OWNERS', 'apps/b.yaml']);
  });

  it('stay in a repository that somebody else began', async () => {
    await pushByHand({ 'README.md': 'theirs\n' });
    write({ 'a.yaml': 'a\n' });

    expect((await publishIt()).subject).toBe('Publish the fleet');
    expect(await files()).toEqual(['README.md', 'a.yaml']);
  });

  it.each([
    ['a file of that name', { 'a.yaml': 'theirs\n' }],
    ['a file where a folder is to be', { apps: 'theirs\n' }],
    ['a folder where a file is to be', { 'a.yaml/x': 'theirs\n' }],
  ])('are not replaced by generated ones: %s', async (_, theirs) => {
    write({ 'first.yaml': '1\n' });
    await publishIt();
    const commit = await pushByHand(theirs);
    write({ 'first.yaml': '1\n', 'a.yaml': 'a\n', 'apps/b.yaml': 'b\n' });

    await expect(publishIt()).rejects.toThrow(`generated files:\n  ${Object.keys(theirs)[0]}`);
    await publishIt(commit);
    expect(await files()).toEqual(['a.yaml', 'apps/b.yaml', 'first.yaml']);
  });
});

it('goes on top of what somebody else pushes meanwhile, without making its copy anew', async () => {
  write({ 'a.yaml': '1\n' });
  await publishIt();
  const mark = join(place.scratch, 'copy.git', 'mark');
  writeFileSync(mark, '');
  write({ 'a.yaml': '2\n' });
  let theirs = 0;
  await publishIt(undefined, undefined, async () => {
    if (theirs < 3) await pushByHand({ [`theirs-${++theirs}`]: 'x\n' });
  });

  expect(await git('log', '--format=%s', '-4')).toBe(`Change a.yaml${'\nMend by hand'.repeat(3)}`);
  expect(await files()).toEqual(['a.yaml', 'theirs-1', 'theirs-2', 'theirs-3']);
  expect(existsSync(mark)).toBe(true);
});

describe('what is ours', () => {
  const thrice = async () => {
    const commits: string[] = [];
    for (const text of ['0\n', '1\n', '2\n']) {
      write({ 'a.yaml': text, ...(text === '1\n' && { 'old.yaml': 'x\n' }) });
      commits.push((await publishIt()).commit);
    }
    return commits as [string, string, string];
  };

  it('is known by another clone too, which has published nothing', async () => {
    await thrice();
    await pushByHand({ 'README.md': 'x\n' });
    const colleague = anotherCopy(join(place.scratch, 'colleague.git'));
    write({ 'b.yaml': 'b\n' });

    await publishIt(undefined, colleague);
    expect(await files()).toEqual(['README.md', 'b.yaml']);
  });

  it('is not a generated file that somebody removed', async () => {
    await thrice();
    await pushByHand({ 'a.yaml': undefined, 'x.yaml': 'x\n' });
    await expect(publishIt()).rejects.toThrow(/generated files:\n {2}a\.yaml/);
  });

  it.each<
    [
      string,
      (git: (...args: string[]) => Promise<string>, commits: Awaited<ReturnType<typeof thrice>>) => Promise<unknown>,
    ]
  >([
    ['git revert', (git, [, , last]) => git('revert', '--no-edit', last)],
    [
      'git commit -C',
      async (git, [, second]) => {
        await git('checkout', second, '--', '.');
        await git('commit', '-C', second);
      },
    ],
    [
      'git cherry-pick',
      async (git, [first, second]) => {
        await git('checkout', first, '--', '.');
        await git('commit', '-m', 'Back');
        await git('cherry-pick', second);
      },
    ],
    [
      'a merge that takes the other side',
      async (git, [, second]) => {
        await git('checkout', '-b', 'side', second);
        await git('commit', '--allow-empty', '-m', 'side');
        await git('merge', '--strategy=ours', 'origin/main', '-m', 'Roll back');
      },
    ],
  ])('a rollback by %s is respected until --over', async (_, rollBack) => {
    const commits = await thrice();
    const tip = await byHand((git) => rollBack(git, commits));
    expect(await git('show', 'main:a.yaml')).toBe('1');

    await expect(publishIt()).rejects.toThrow(/generated files:\n {2}a\.yaml/);
    write({ 'a.yaml': '3\n' });
    await expect(publishIt()).rejects.toThrow(/generated files:\n {2}a\.yaml/);
    await publishIt(tip);
    expect(await git('show', 'main:a.yaml')).toBe('3');
  });

  it('is what an earlier version published, by its trailer', async () => {
    await byHand(async (git, clone) => {
      for (const file of ['a.yaml', 'b.yaml']) writeFileSync(join(clone, file), '1\n');
      await git('add', '--all');
      await git('commit', '-m', 'Publish the fleet\n\nSource-Commit: abc');
    });
    await pushByHand({ 'README.md': 'x\n' });
    write({ 'a.yaml': '2\n' });

    await publishIt();
    expect(await files()).toEqual(['README.md', 'a.yaml']);
  });
});
