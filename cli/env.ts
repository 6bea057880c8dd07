import type { Command } from 'commander';

import { environment } from './environment';
import { loadFleet } from './fleet-file';
import { provided } from './provide';

/** `fleet env`: the environment for plain `pulumi`, `git`, `kubectl` and `sops`, as lines for a shell's `eval`. */
export function register(program: Command): void {
  program
    .command('env')
    .description('print the environment for plain pulumi, git, kubectl and sops: eval "$(npm run -s fleet -- env)"')
    .action(async () => {
      const fleet = loadFleet();
      for (const [name, value] of Object.entries(environment(fleet, await provided()))) {
        console.log(`export ${name}='${value.replaceAll("'", `'\\''`)}'`);
      }
    });
}
