import { execFileSync } from 'node:child_process';
import { mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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

test('a file that was changed is loaded as it is now, whatever its times say, and its errors name its own lines', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'typescript-')), 'file.ts');
  for (const value of [1, 2]) {
    writeFileSync(file, `type A = string;\n\nconsole.log(${value}, new Error('x').stack!.split('\\n')[1]);\n`);
    utimesSync(file, 0, 0);
    const [first, again] = [run(`require('${file}')`), run(`require('${file}')`)];
    expect(first).toMatch(new RegExp(`^${value} .*file.ts:3:`));
    expect(again).toBe(first);
  }
});
