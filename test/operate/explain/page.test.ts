import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { failuresPage } from '../../../operate/explain/page';
import { rules } from '../../../operate/explain/rules';

it('is docs/failures.md, as `npm run docs` writes it', () => {
  expect(readFileSync('docs/failures.md', 'utf8'), 'run `npm run docs`').toBe(failuresPage());
});

it('has a section of each rule', () => {
  expect(failuresPage().match(/^### /gm)).toHaveLength(rules.length);
});
