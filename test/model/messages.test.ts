import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from '../../machine/paths';
import { bannedWords, isInstruction } from '../messages';

interface Text {
  readonly file: string;
  readonly part: 'problem' | 'next';
  readonly text: string;
}

/** The texts of the errors in a folder's source: `problem` and `next`, and the arguments of rules that become them. */
function texts(folder: string): Text[] {
  const files = readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.ts')).flatMap((file) => textsOf(join(folder, file)));
}

function textsOf(file: string): Text[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(repositoryRoot, file), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const found: Text[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node)) {
      const name = node.name.getText();
      const [initializer] = [node.initializer];
      if (initializer && (name === 'problem' || name === 'next')) {
        for (const text of literals(initializer)) found.push({ file, part: name, text });
      }
    }
    if (ts.isCallExpression(node) && /^v\.(pattern|custom)$/.test(node.expression.getText())) {
      for (const text of node.arguments[1] ? literals(node.arguments[1]) : [])
        found.push({ file, part: 'problem', text });
      for (const text of node.arguments[2] ? literals(node.arguments[2]) : []) found.push({ file, part: 'next', text });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The string literals and templates that an expression can be, with `…` in place of each expression in a template. */
function literals(node: ts.Expression): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isConditionalExpression(node)) return [...literals(node.whenTrue), ...literals(node.whenFalse)];
  if (!ts.isTemplateExpression(node)) return [];
  return [node.head.text + node.templateSpans.map((span) => `…${span.literal.text}`).join('')];
}

describe.each(['model', 'constructs'])('the errors of %s/', (folder) => {
  const all = texts(folder);

  it('are found', () => {
    expect(all.length).toBeGreaterThan(20);
  });

  it('use plain words', () => {
    expect(all.filter(({ text }) => bannedWords(text).length > 0)).toEqual([]);
  });

  it('end with an instruction', () => {
    expect(all.filter(({ part, text }) => part === 'next' && !isInstruction(text))).toEqual([]);
  });
});
