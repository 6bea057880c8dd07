import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isPresent, imageInputs, images, inputsLabel, referencesOf } from '../../lab/images';
import { hashOfTree, isCurrent, stamp } from '../../lab/inputs';
import { moveInPlace, removeAbandoned, writeWhole } from '../../machine/files';

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'flux-fleet-inputs-'))));
afterEach(() => rmSync(root, { recursive: true, maxRetries: 9 }));

/** A new tree each time: hashes are computed once a directory. */
let trees = 0;
function tree(files: Record<string, string>): string {
  const directory = join(root, String(trees++));
  mkdirSync(join(directory, 'sub'), { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
  return directory;
}

test('folders with the same files have the same hash, wherever they are', () => {
  expect(hashOfTree(tree({ a: '1', 'sub/b': '2' }))).toBe(hashOfTree(tree({ 'sub/b': '2', a: '1' })));
});

test.each([
  ['another content', { a: '1', 'sub/b': '3' }],
  ['another name', { a: '1', 'sub/c': '2' }],
  ['one more file', { a: '1', 'sub/b': '2', c: '' }],
])('a folder with %s has another hash', (_, files) => {
  expect(hashOfTree(tree(files))).not.toBe(hashOfTree(tree({ a: '1', 'sub/b': '2' })));
});

test('a file without a stamp, as an interrupted build leaves it, is not current', () => {
  writeFileSync(join(root, 'kind'), '');
  expect(isCurrent(join(root, 'kind'), 'x')).toBe(false);
});

test('a stamp without its file is not current', () => {
  stamp(join(root, 'kind'), 'x');
  expect(isCurrent(join(root, 'kind'), 'x')).toBe(false);
});

test('a file is current for what it was made from, and for nothing else', () => {
  writeFileSync(join(root, 'kind'), '');
  stamp(join(root, 'kind'), 'x');
  expect(isCurrent(join(root, 'kind'), 'x')).toBe(true);
  expect(isCurrent(join(root, 'kind'), 'y')).toBe(false);
});

test('a folder replaces another one completely', () => {
  const [older, newer] = [tree({ a: '1' }), tree({ b: '2' })];
  renameSync(older, join(root, 'kept'));
  moveInPlace(newer, join(root, 'kept'));
  expect(hashOfTree(join(root, 'kept'))).toBe(hashOfTree(tree({ b: '2' })));
});

test('a file that is written atomically has its mode, and no temporary file is left', () => {
  writeWhole(join(root, 'new', 'file'), 'x', 0o600);
  expect(statSync(join(root, 'new', 'file')).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(root, 'new'))).toEqual(['file']);
});

test('temporary files of a killed process are removed, and those of a running one are not', () => {
  const ended = spawnSync(process.execPath, ['-e', '']).pid;
  writeFileSync(join(root, `.part-${ended}-0`), '');
  mkdirSync(join(root, `.part-${process.pid}-0`));
  writeFileSync(join(root, 'kind'), '');
  removeAbandoned(root);
  expect(readdirSync(root).sort()).toEqual([`.part-${process.pid}-0`, 'kind']);
});

const kubernetes = images.find(({ reference }) => reference.includes('kube-proxy'))!;
const built = { id: 'sha256:1', labels: { [inputsLabel]: imageInputs(kubernetes) } };

test("an image is present when each of its names was built from the lab's present inputs", () => {
  const present = new Map(referencesOf(kubernetes).map((reference) => [reference, built]));
  expect(isPresent(kubernetes, present)).toBe(true);
  present.delete(referencesOf(kubernetes)[3]!);
  expect(isPresent(kubernetes, present)).toBe(false);
});

test('a pulled image of the same name is not the one that the lab builds', () => {
  const pulled = { id: 'sha256:2', labels: {} };
  expect(isPresent(images[0]!, new Map([[images[0]!.reference, pulled]]))).toBe(false);
});
