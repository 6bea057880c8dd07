import { describe, expect, it } from 'vitest';

import { parseTimeout } from '../../cli/timeout';

describe('--timeout', () => {
  it.each([
    ['300', 300_000],
    ['90s', 90_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['1h30m', 5_400_000],
    ['0.5s', 500],
  ])('%s', (text, expected) => {
    expect(parseTimeout(text)).toBe(expected);
  });

  it.each(['', '0', '0s', '-1', '5 m', '5min', 'x', 'NaN', 'Infinity', '1e3', '5m3', '5d', '9'.repeat(400)])(
    'refuses `%s`, with the forms that it takes',
    (text) => {
      expect(() => parseTimeout(text)).toThrow('90s, 5m or 1h');
    },
  );
});
