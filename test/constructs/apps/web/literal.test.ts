import { describe, expect, it } from 'vitest';
import { literal, literalEnv } from '../../../../constructs/apps/web/secrets';

describe('a literal value', () => {
  it.each([
    ['plain', 'plain'],
    ['${FLUX}', '${FLUX}'],
    ['5 $', '5 $'],
    ['$HOME', '$HOME'],
    ['$(OTHER)', '$$(OTHER)'],
    ['pa$$word', 'pa$$$word'],
    ['$$(x)', '$$$$(x)'],
  ])('`%s` is written as `%s`', (value, written) => {
    expect(literal(value)).toBe(written);
    expect(expanded(written)).toBe(value);
  });

  it('is the value of a variable, and variables are sorted by name', () => {
    expect(literalEnv({ B: '$(A)', A: '1' })).toEqual([
      { name: 'A', value: '1' },
      { name: 'B', value: '$$(A)' },
    ]);
  });
});

/** What the kubelet makes of it: `$$` is `$`, and `$(NAME)` is the value of NAME, here a mistake. */
function expanded(written: string): string {
  return written.replace(/\$(\$|\((\w+)\))/g, (_, next: string) => (next === '$' ? '$' : 'expanded'));
}
