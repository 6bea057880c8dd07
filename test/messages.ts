import { expect } from 'vitest';
import type { Problem } from '../model';

/** The first words of an instruction. */
const verbs =
  /^(Add|Change|Choose|Compare|Copy|Create|Declare|Fix|List|Move|Put|Raise|Remove|Rename|Replace|Restore|Run|Set|Start|Use|Write) /;

/** Words of which a plainer one exists: /docs/glossary.md has the project's own few. */
const banned =
  /\b(said|say|says|of which|nobody else|some so|(?:made?|make|makes) up|mend(?:s|ed)?|greet\w*|tak(?:e|es|en) .*away|it is no|are none|possible|impossible|walls?|rooms?|house|walks?|here to)\b/i;

/** The words of a text that a plainer one should replace; code in backquotes is left out. */
export function bannedWords(text: string): string[] {
  return text.replaceAll(/`[^`]*`/g, '`…`').match(new RegExp(banned, 'gi')) ?? [];
}

/** Whether a text is an instruction without a full stop. */
export function isInstruction(text: string): boolean {
  return verbs.test(text) && !text.endsWith('.');
}

/** Expects a message in three parts: where, what is wrong as a sentence without its full stop, and an instruction. */
export function expectPlain({ place, problem, next }: Problem): void {
  expect(place).toMatch(/^\S/);
  expect(problem).toMatch(/^[a-z0-9`].*[^.]$/s);
  expect(next).toSatisfy(isInstruction, 'is an instruction');
  expect([...bannedWords(problem), ...bannedWords(next)]).toEqual([]);
}
