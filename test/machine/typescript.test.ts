import { execFileSync } from 'node:child_process';

import { expect, test } from 'vitest';

import { repositoryRoot } from '../../machine/paths';

/** Runs a line of JavaScript in a process that can load TypeScript, and gives what it printed. */
function run(line: string): string {
  const options = { cwd: repositoryRoot, encoding: 'utf8' } as const;
  return execFileSync(process.execPath, ['--require', './machine/typescript.cjs', '--eval', line], options).trim();
}

test('TypeScript is loaded without a build', () => {
  expect(run("console.log(typeof require('./model').defineFleet)")).toBe('function');
});

test('ES modules in node_modules are loaded by Node.js itself, also those that only `import` may load', () => {
  expect(run("console.log(typeof require('execa').execa)")).toBe('function');
});
