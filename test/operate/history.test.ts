import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';

import { publish } from '../../operate/publish';
import { RepositoryCopy } from '../../operate/repository';
import { copy, git, place, publishIt, source, write } from './publishing';

const other = () => join(place.scratch, 'other.git');
const inOther = async (...args: string[]) => (await execa('git', ['--git-dir', other(), ...args])).stdout;
/** This clone's copy after `git` in `fleet.ts` was changed. */
const moved = (layout?: ConstructorParameters<typeof RepositoryCopy>[2]) =>
  new RepositoryCopy(place.copyFolder, { url: other(), environment: {} }, layout);
const publishTo = (to: RepositoryCopy, props = {}) =>
  publish({ copy: to, manifests: place.manifests, source, ...props });

beforeEach(async () => {
  await execa('git', ['init', '--quiet', '--bare', '--initial-branch=main', other()]);
  write({ 'a.yaml': '1\n' });
  await publishIt();
  write({ 'a.yaml': '2\n' });
  await publishIt();
});

describe('a fleet whose repository moves', () => {
  it('keeps its history in an empty one, and adds to it', async () => {
    const before = await git('rev-parse', 'main');
    expect(await publishTo(moved())).toEqual({ commit: before });
    expect(await inOther('rev-parse', 'main')).toBe(before);
    write({ 'a.yaml': '3\n' });
    await publishTo(moved());
    expect(await inOther('rev-parse', 'main^')).toBe(before);
    expect(await git('rev-parse', 'main')).toBe(before);
  });

  it('moves back into the one that it came from, with what it got meanwhile', async () => {
    write({ 'a.yaml': '3\n' });
    const { commit } = await publishTo(moved());
    expect(await publishIt()).toEqual({ commit });
    expect(await git('rev-parse', 'main')).toBe(commit);
  });

  it('is published on top of the commits of others where the new one has some', async () => {
    const folder = join(place.scratch, 'theirs');
    await execa('git', ['init', '--quiet', '--initial-branch=main', folder]);
    const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
    await execa('git', ['-C', folder, ...identity, 'commit', '--quiet', '--allow-empty', '-m', 'Theirs']);
    await execa('git', ['-C', folder, 'push', '--quiet', other(), 'main']);
    await publishTo(moved());
    expect(await inOther('log', '--format=%s', 'main')).toMatch(/\nTheirs$/);
    expect(await inOther('ls-tree', '--name-only', 'main')).toBe('a.yaml');
  });

  it('does not move by a command that only reads, nor by a dry run, and still does afterwards', async () => {
    const before = await git('rev-parse', 'main');
    await moved().fetch();
    await publishTo(moved(), { dryRun: true });
    expect(await inOther('for-each-ref')).toBe('');
    await publishTo(moved());
    expect(await inOther('rev-parse', 'main')).toBe(before);
  });

  it('does so by the next run where the server refused it', async () => {
    const before = await git('rev-parse', 'main');
    const hook = join(other(), 'hooks', 'pre-receive');
    writeFileSync(hook, '#!/bin/sh\necho "disk full" >&2\nexit 1\n');
    chmodSync(hook, 0o755);
    await expect(publishTo(moved())).rejects.toThrow(/disk full/);
    writeFileSync(hook, '#!/bin/sh\n');
    await publishTo(moved());
    expect(await inOther('rev-parse', 'main')).toBe(before);
  });

  it('begins anew in a folder of another one, where its commits would have the files elsewhere', async () => {
    await publishTo(moved({ branch: 'main', folder: 'deploy' }));
    expect(await inOther('ls-tree', '-r', '--name-only', 'main')).toBe('deploy/a.yaml');
    expect(await inOther('rev-list', '--count', 'main')).toBe('1');
  });

  it('is not taken for moved while its repository stays', async () => {
    const before = await git('rev-parse', 'main');
    await git('update-ref', 'refs/heads/main', 'main^');
    await copy.fetch();
    write({ 'a.yaml': '1\n' });
    await publishIt();
    expect(await git('rev-parse', 'main')).not.toBe(before);
  });
});
