import { readFileSync } from 'node:fs';

import type { Command } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';

import { commandsPage } from '../../cli/commands-page';
import { type CommandFile, commands, fleetProgram } from '../../cli/program';
import { blocks, commandsOnTheEngine, documents } from './documents';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
let program: Command;

beforeAll(async () => {
  // Not by `require`: these files are measured as Vitest loads them.
  const load = async (name: string) => [name, (await import(`../../cli/${name}.ts`)) as CommandFile] as const;
  const files = new Map(await Promise.all(commands.map(load)));
  program = fleetProgram(commands, (name) => files.get(name)!);
});

/** Why the arguments of `fleet` are wrong, or nothing. `whole` demands every argument that the command requires. */
function mistake(args: readonly string[], whole: boolean): string | undefined {
  let command: Command = program;
  let rest = [...args];
  while (command.commands.length > 0 && rest[0] && !rest[0].startsWith('-')) {
    const next = command.commands.find((each) => each.name() === rest[0]);
    if (!next) return `no command ${rest[0]}`;
    [command, rest] = [next, rest.slice(1)];
  }
  const options = rest.filter((each) => each.startsWith('-'));
  const unknown = options.find((each) => !command.options.some(({ short, long }) => each === long || each === short));
  if (unknown && unknown !== '--help') return `no option ${unknown}`;
  const required = command.registeredArguments.filter((argument) => argument.required).length;
  const given = rest.filter((each) => !each.startsWith('-')).length;
  return whole && given < required ? `${required} arguments are required` : undefined;
}

/** Why a command line with npm is wrong, or nothing. */
function npmMistake(line: string, whole: boolean): string | undefined {
  const [, script, given] = /^npm run (?:-s )?([\w:-]+)(?: -- (.*))?$/.exec(line) ?? [];
  if (line === 'npm test' || line === 'npm install') return undefined;
  if (!script || !Object.hasOwn(scripts, script)) return 'no such script';
  const args = (given ?? '').split(' ').filter((arg) => arg && !/^[<…]/.test(arg));
  const [, own] = /^node cli\/start\.mjs ?([a-z]*)$/.exec(scripts[script]!) ?? [];
  return own === undefined ? undefined : mistake([...(own ? [own] : []), ...args], whole && !line.includes('<'));
}

describe('the commands in the documents', () => {
  it('are right wherever they are named', () => {
    const named = [...documents].flatMap(([document, markdown]) =>
      [...markdown.matchAll(/npm (?:run [^`"\n)]*|test|install)\b/g)].map(([line]) => ({
        document,
        // The arguments of a benchmark are a file.
        line: line.replace(/^(npm run bench) .*/, '$1').replace(/ {2,}.*/, ''),
      })),
    );
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter(({ line }) => npmMistake(line, false))).toEqual([]);
  });

  it('are whole in every block, or git, which test/operate/upgrade.test.ts runs, or run by test/e2e', () => {
    const lines = blocks('sh')
      .filter(({ text }) => text !== commandsOnTheEngine().text)
      .flatMap(({ document, text }) =>
        text
          .trim()
          .split('\n')
          .map((line) => ({ document, line })),
      );
    expect(lines.length).toBeGreaterThan(10);
    const wrong = lines.filter(({ document, line }) =>
      line.startsWith('git ') ? document !== 'docs/upgrading.md' : npmMistake(line, true) !== undefined,
    );
    expect(wrong).toEqual([]);
  });

  it('would be found wrong', () => {
    expect(npmMistake('npm run nothing', true)).toBe('no such script');
    expect(npmMistake('npm run fleet -- secrets sets', true)).toBe('no command sets');
    expect(npmMistake('npm run fleet -- secrets set dev', true)).toBe('3 arguments are required');
    expect(npmMistake('npm run down -- --everything', true)).toBe('no option --everything');
  });

  it('are all documented: docs/commands.md is what `npm run docs` writes', () => {
    expect(readFileSync('docs/commands.md', 'utf8'), 'run `npm run docs`').toBe(commandsPage(program));
  });
});
