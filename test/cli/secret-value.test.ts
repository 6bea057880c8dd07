import { describe, expect, it } from 'vitest';

import { secretValueIn } from '../../cli/secret-value';

describe('a value from standard input', () => {
  it.each([
    ['hunter2\n', 'hunter2'],
    ['hunter2\r\n', 'hunter2'],
    ['hunter2', 'hunter2'],
    ['two\nlines\n', 'two\nlines\n'],
    [' spaces \n', ' spaces '],
    ['', ''],
  ])('%j is %j', (bytes, value) => {
    expect(secretValueIn(Buffer.from(bytes))).toBe(value);
  });

  it.each([Buffer.from([0xff, 0xfe, 0x00]), Buffer.from('a\0b')])('is refused where it is not text', (bytes) => {
    expect(() => secretValueIn(bytes)).toThrow(/not text[\s\S]*base64/);
  });
});
