import { symlinkSync, writeFileSync } from 'node:fs';
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

  it('is refused where it does not exist or is a file', () => {
    const root = site({ file: '' });
    expect(problems(() => readFolder(root, 'none'))).toEqual(['none: the folder does not exist']);
    expect(problems(() => readFolder(root, 'file'))).toEqual(['file: the folder does not exist']);
  });

  it('has what its links lead to, and is refused for each that leads elsewhere', () => {
    const root = site({ 'f/sub/a': 'A', 'g/b': 'B' });
    symlinkSync('sub/a', join(root, 'f/file'));
    symlinkSync(join(root, 'f/sub'), join(root, 'f/folder'));
    expect([...readFolder(root, 'f').keys()]).toEqual(['file', 'folder/a', 'sub/a']);
    symlinkSync('../g/b', join(root, 'f/out'));
    symlinkSync('..', join(root, 'f/sub/circle'));
    symlinkSync('none', join(root, 'f/sub/nothing'));
    expect(problems(() => readFolder(root, 'f')).sort()).toEqual([
      'f/folder/circle: the symbolic link leads in a circle',
      'f/folder/nothing: the symbolic link leads to nothing',
      'f/out: the symbolic link leads out of the folder',
      'f/sub/circle: the symbolic link leads in a circle',
      'f/sub/nothing: the symbolic link leads to nothing',
    ]);
  });

  it('has bytes where a file is not UTF-8, and nothing that is left out', () => {
    const root = site({ 'f/text': '\ufeffa\0b\r\n', 'f/latin-1': '', 'f/out/of': 'it' });
    writeFileSync(join(root, 'f/latin-1'), Buffer.from([0xe4, 0xff]));
    symlinkSync('/etc', join(root, 'f/etc'));
    const files = readFolder(root, 'f', (path, isFolder) => isFolder && ['out', 'etc'].includes(path));
    expect([...files]).toEqual([
      ['latin-1', Buffer.from([0xe4, 0xff])],
      ['text', '\ufeffa\0b\r\n'],
    ]);
  });
});
