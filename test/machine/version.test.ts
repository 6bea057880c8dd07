import { expect, test } from 'vitest';
import { isWithin, showRange, versionIn } from '../../machine/version';
import { checksumOf } from '../../machine/download';

test.each([
  ['v3.248.0', [3, 248, 0]],
  ['kind v0.32.0 go1.26.2 linux/amd64', [0, 32, 0]],
  ['sops 3.13.2 (latest)', [3, 13, 2]],
  ['git version 2.39', [2, 39, 0]],
])('the version in `%s` is found', (text, version) => {
  expect(versionIn(text)).toEqual(version);
});

test('a text without a version has none', () => {
  expect(versionIn('command not found')).toBeUndefined();
});

const range = { from: [3, 9, 0], below: [4, 0, 0] } as const;

test.each([
  [[3, 9, 0], true],
  [[3, 13, 2], true],
  [[3, 8, 9], false],
  [[4, 0, 0], false],
] as const)('%s is within 3.9.0 to 4.0.0: %s', (version, within) => {
  expect(isWithin(version, range)).toBe(within);
});

test('a range is said in words', () => {
  expect(showRange(range)).toBe('3.9.0 or later, below 4.0.0');
});

const sum = 'ab'.repeat(32);

test('a checksum is found by its file, whatever stands between them', () => {
  expect(checksumOf('b', `${'cd'.repeat(32)}  a\n${sum} *b\n`)).toBe(sum);
});

test('a checksum that stands alone is that of the file', () => {
  expect(checksumOf('a', `${sum}\n`)).toBe(sum);
});

test('a file that only begins alike has no checksum', () => {
  expect(checksumOf('kind-linux-arm', `${sum}  kind-linux-arm64\n`)).toBeUndefined();
});
