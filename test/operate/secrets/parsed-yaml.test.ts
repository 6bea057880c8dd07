import { expect, it } from 'vitest';

import { parsedYaml } from '../../../operate/secrets/parsed-yaml';

it.each([
  ['a: 1\nb: [hunter2\n', 3],
  ['a: 1\n\nb: c: hunter2\n', 3],
  ['a: "hunter2\n', 2],
  ['a: 1\na: hunter2\n', 2],
])('tells the line of the first mistake in %j, and nothing of the text', (text, line) => {
  const { mistake } = parsedYaml(text);
  expect(mistake).toEqual({ line, code: expect.stringMatching(/^[A-Z_]+$/) as string });
});

it('gives the document where there is no mistake', () => {
  const { document, mistake } = parsedYaml('a: 1\n');
  expect([document.toJS(), mistake]).toEqual([{ a: 1 }, undefined]);
});
