import { describe, expect, it } from 'vitest';

import { explainExample } from '../../../operate/explain/page';
import { catalogue, rules } from '../../../operate/explain/rules';
import { bannedWords, isInstruction } from '../../messages';

describe.each(catalogue)('the catalogue: $title', ({ rules: group }) => {
  const forms = group.flatMap((rule) =>
    rule.examples.map(
      (example) => [rule.id, typeof example === 'string' ? example : example.message, example] as const,
    ),
  );

  it.each(forms)('%s explains %j in plain words, with what to do', (id, _, example) => {
    const explanation = explainExample(
      rules.find((rule) => rule.id === id)!,
      example,
    );
    expect(explanation.rule).toBe(id);
    expect(explanation.problem).toMatch(/^[A-Za-z0-9`].*[^.]$/s);
    expect(explanation.next).toSatisfy(isInstruction, 'is an instruction');
    expect([...bannedWords(explanation.problem), ...bannedWords(explanation.next)]).toEqual([]);
    expect(`${explanation.problem} ${explanation.next}`).not.toMatch(/undefined|``| {2}|\(\)|: ?;|\$\{(?!\w*\}|…)/);
    expect({ problem: explanation.problem, next: explanation.next, outcome: explanation.outcome }).toMatchSnapshot();
  });
});

it('has one rule of each id, each with an example and named groups that it uses', () => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  expect(rules.filter(({ examples }) => examples.length === 0)).toEqual([]);
});
