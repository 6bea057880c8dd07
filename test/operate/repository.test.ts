import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

import { files, git, place, publishIt, write } from './publishing';

const inCopy = (path: string) => join(place.copyFolder, path);

/** Gives each object of the copy other bytes. */
function changeObjects(change: (bytes: Buffer) => Buffer | string): void {
  for (const entry of readdirSync(inCopy('objects'), { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = readFileSync(path);
    rmSync(path);
    writeFileSync(path, change(bytes));
  }
}

const lockNames = ['HEAD', 'config', 'packed-refs', 'shallow', 'refs/remotes/origin/main', `index.${process.pid}`];
const removed = () => rmSync(place.copyFolder, { recursive: true });

/** What a killed process, a full disk or another git leave. */
const damages: Readonly<Record<string, () => unknown>> = {
  'locks of a killed process': () => lockNames.forEach((name) => writeFileSync(inCopy(`${name}.lock`), '')),
  'empty objects': () => changeObjects(() => ''),
  'cut objects': () => changeObjects((bytes) => bytes.subarray(0, bytes.length / 2)),
  'no objects': () => rmSync(inCopy('objects'), { recursive: true }),
  'an empty ref': () => writeFileSync(inCopy('refs/remotes/origin/main'), ''),
  'an empty HEAD': () => writeFileSync(inCopy('HEAD'), ''),
  'broken settings': () => writeFileSync(inCopy('config'), '[core\n'),
  'SHA-256': async () => {
    removed();
    await execa('git', ['init', '--quiet', '--bare', '--object-format=sha256', place.copyFolder]);
  },
  'an empty folder': () => (removed(), mkdirSync(place.copyFolder)),
  'a file': () => (removed(), writeFileSync(place.copyFolder, '')),
};

describe('the local copy of the repository heals', () => {
  it.each(Object.entries(damages))('from %s', async (_, damage) => {
    write({ 'apps/old.yaml': 'old: 1\n' });
    await publishIt();
    mkdirSync(inCopy('refs/remotes/origin'), { recursive: true });
    await damage();
    write({ 'apps/new.yaml': 'new: 1\n' });

    expect((await publishIt()).subject).toBe('Change 2 files');

    expect(await files()).toEqual(['apps/new.yaml']);
    expect(await git('rev-list', '--count', 'main')).toBe('2');
    expect(await publishIt()).not.toHaveProperty('subject');
    await execa('git', ['--git-dir', place.copyFolder, 'fsck', '--strict']);
    expect(existsSync(inCopy(`index.${process.pid}`))).toBe(false);
  });
});
