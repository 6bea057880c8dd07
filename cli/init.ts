import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { repositoryRoot, userPaths } from '../machine/paths';
import { FleetError } from '../model';

/** `fleet init`: a small `fleet.ts` to start from, where there is none. */
export function register(program: Command): void {
  program
    .command('init')
    .description('write a small fleet.ts to start from; nothing is overwritten')
    .action(() => console.log(writeFirstFleet(repositoryRoot)));
}

/**
 * Writes `fleet.ts` into a clone, and nothing else.
 *
 * @returns what was written, and what to do next
 * @throws FleetError when the clone has a `fleet.ts`; it names every other file and folder of the user's that is there.
 */
export function writeFirstFleet(root: string): string {
  const present = userPaths.filter((path) => existsSync(join(root, path)));
  if (present.includes('fleet.ts')) {
    throw new FleetError({
      place: 'fleet.ts',
      problem: `this clone has a fleet, which is not overwritten: ${present.join(', ')}`,
      next: `Edit fleet.ts, or remove the fleet first: \`git rm -r ${present.join(' ')}\``,
    });
  }
  const example = readFileSync(join(root, 'docs', 'examples', 'first.ts'), 'utf8');
  writeFileSync(join(root, 'fleet.ts'), example.replace("'../../model'", "'./model'"), { flag: 'wx' });
  const kept = present.length > 0 ? ` ${present.join(', ')}: left as before.` : '';
  return `Wrote fleet.ts.${kept}\n\nNext:\n  npm run synth   renders manifests/ from it\n  npm run up      makes the clusters what it says`;
}
