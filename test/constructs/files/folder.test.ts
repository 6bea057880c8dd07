import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFolder } from '../../../constructs/files/folder';
import { site } from '../../manifests/site';
import { problems } from '../../model/problems';

describe("one of the user's folders", () => {
  it('is read with its subfolders, sorted, without the files of editors and systems', () => {
    const root = site({ 'f/b': 'B', 'f/sub/a': 'A', 'f/b~': 'old', 'f/.DS_Store': '', 'f/.git/config': '' });
    expect([...readFolder(root, 'f')]).toEqual([
      ['b', 'B'],
      ['sub/a', 'A'],
    ]);
  });

  it('is refused with a symbolic link, and where it does not exist or is a file', () => {
    const root = site({ 'f/a': 'A', file: '' });
    symlinkSync('/etc/hostname', join(root, 'f/link'));
    expect(problems(() => readFolder(root, 'f'))).toEqual([
      'f/link: the file is a symbolic link, whose target may be outside the repository',
    ]);
    expect(problems(() => readFolder(root, 'none'))).toEqual(['none: the folder does not exist']);
    expect(problems(() => readFolder(root, 'file'))).toEqual(['file: the folder does not exist']);
  });

  it('is refused with a file that is not text', () => {
    const root = site({});
    mkdirSync(join(root, 'f'));
    writeFileSync(join(root, 'f/a'), Buffer.from([0xff, 0xfe]));
    expect(problems(() => readFolder(root, 'f'))).toEqual(['f/a: the file is not a text file']);
  });
});
