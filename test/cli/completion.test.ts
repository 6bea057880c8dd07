import { execFileSync } from 'node:child_process';

import { Command } from 'commander';
import { afterAll, describe, expect, it } from 'vitest';

import { completion } from '../../cli/completion';
import { register as logs } from '../../cli/logs';
import { register as promote } from '../../cli/promote';
import { register as status } from '../../cli/status';
import { register as secrets } from '../../cli/secrets';
import { machine } from './command-line';
import { twoClusters } from './world';

afterAll(() => machine.remove());

const program = new Command('fleet');
for (const register of [status, logs, promote, secrets]) register(program);
const script = (shell: 'bash' | 'zsh' | 'fish') => completion(shell, program, twoClusters(2222));

/** What a real bash offers for the last of these words. */
function offered(...words: string[]): string[] {
  const typed = ['fleet', ...words].map((word) => `'${word}'`).join(' ');
  const run = `${script('bash')}\nCOMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _fleet; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['--norc', '-c', run], { encoding: 'utf8' }).split('\n').filter(Boolean);
}

describe('completion in bash', () => {
  it.each<[string[], string[]]>([
    [['st'], ['status']],
    [['status', '--w'], ['--watch']],
    [
      ['status', '--cluster', ''],
      ['dev', 'prod'],
    ],
    [['logs', 'app'], ['app-a']],
    [['promote', 'app-a', '--from', 'd'], ['dev']],
    [['secrets', 'ro'], ['rotate']],
    [['nothing', '--w'], []],
  ])('of %j offers %j', (words, expected) => {
    expect(offered(...words)).toEqual(expected);
  });

  it('defines the command itself', () => {
    const run = `${script('bash')}\ntype -t fleet`;
    expect(execFileSync('bash', ['--norc', '-c', run], { encoding: 'utf8' })).toBe('function\n');
  });
});

it('has the same words for zsh and fish', () => {
  expect(script('zsh')).toContain('bashcompinit');
  expect(script('fish')).toContain(
    "complete -c fleet -n '__fish_seen_subcommand_from status' -l cluster -x -a 'dev prod'",
  );
});
