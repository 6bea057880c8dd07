import { describe, expect, it } from 'vitest';

import { helmIgnore } from '../../../../constructs/apps/helm/helm-ignore';

/** As Helm 4.2.4 does; test/corpus/charts compares them. */
const outcomes: readonly [rules: string, path: string, out: boolean][] = [
  ['ci', 'sub/ci', true],
  ['/ci', 'sub/ci', false],
  ['# ci\n\n  ci/  ', 'ci', true],
  ['*.txt', 'sub/a.txt', true],
  ['sub/*.txt', 'sub/a.txt', true],
  ['sub/*', 'sub/deep/a', false],
  ['a?c', 'abc', true],
  ['a[b-d]c', 'acc', true],
  ['a[^b-d]c', 'acc', false],
  ['a\\*c', 'abc', false],
  ['a\\*c', 'a*c', true],
  ['a.c', 'abc', false],
  ['!keep', 'other', true],
  ['!keep', 'keep', false],
  ['!keep\nkeep', 'keep', true],
  ['', 'templates/.hidden', true],
  ['\ufeffci', 'ci', true],
];

describe('.helmignore', () => {
  it.each(outcomes)('%j for %s: %s', (rules, path, out) => {
    expect(helmIgnore(rules)(path, true)).toBe(out);
  });

  it('has rules with a slash at the end for folders only', () => {
    expect(helmIgnore('ci/')('ci', false)).toBe(false);
    expect(helmIgnore('!ci/')('ci', false)).toBe(true);
  });
});
