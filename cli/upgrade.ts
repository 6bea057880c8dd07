import type { Command } from 'commander';
import { repositoryRoot } from '../machine/paths';
import { mergeTool } from '../operate/upgrade';

/** `fleet upgrade`: a newer version of the tool, merged into this clone. */
export function register(program: Command): void {
  program
    .command('upgrade')
    .description('merge a newer version of this tool into your clone; your own files stay as they are')
    .argument('<revision>', 'the version, as Git knows it after `git fetch`: upstream/main, v0.2.0')
    .action(async (revision: string) => console.log(await mergeTool(repositoryRoot, revision)));
}
