import { delimiter } from 'node:path';
import type { Command } from 'commander';
import { foreignVariables, pulumiCredentials } from '../machine/environment';
import { environment } from './environment';
import { loadFleet } from './fleet-file';
import { provided } from './provide';

/** What would change what plain `pulumi` does with the fleet. */
const harmful = /^(PULUMI_|TS_NODE_|NODE_OPTIONS$)/;

/** `fleet env`: the environment for plain `pulumi`, `git`, `kubectl` and `sops`, as lines for a shell's `eval`. */
export function register(program: Command): void {
  program
    .command('env')
    .description('print the environment for plain pulumi, git, kubectl and sops: eval "$(npm run -s fleet -- env)"')
    .action(async () => {
      const fleet = loadFleet();
      const tools = await provided();
      const variables = await environment(fleet, tools);
      const kept = { ...variables, ...pulumiCredentials() };
      const unset = foreignVariables().filter((name) => harmful.test(name) && !(name in kept));
      if (unset.length > 0) console.log(`unset ${unset.join(' ')}`);
      const added = tools.path.join(delimiter);
      // A shell that has evaluated this before has them in front already.
      const isSet = `${process.env['PATH']}${delimiter}`.startsWith(`${added}${delimiter}`);
      if (added && !isSet) console.log(`export PATH=${quoted(added)}:"$PATH"`);
      for (const [name, value] of Object.entries(variables)) console.log(`export ${name}=${quoted(value)}`);
    });
}

/** A text as one word of a POSIX shell. */
export function quoted(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
